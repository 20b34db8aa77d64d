// Everything small that the pages do beyond links and forms.
