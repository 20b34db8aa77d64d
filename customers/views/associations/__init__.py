"""The people of an account: list, associate, change, disassociate, requests to join."""
