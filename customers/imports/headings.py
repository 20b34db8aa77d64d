"""The headings of columns that people and other products write, by the field they mean."""

from __future__ import annotations

from customers.imports.targets import (
    ACCOUNT,
    EMAIL,
    EXTERNAL_ID,
    FIRST_NAME,
    JOB_TITLE,
    LANGUAGE,
    LAST_NAME,
    MOBILE,
    NAME,
    NOTES,
    PHONE,
    REFERENCE,
    X,
)

_WRITTEN: dict[str, str] = {
    NAME: (
        "name, full name, fullname, contact, contact name, display name, person, customer name, "
        "client name, 성명, 이름, 전체 이름, 고객명, 담당자, 담당자명, 연락처 이름, 연락처명"
    ),
    FIRST_NAME: ("first name, firstname, first, given name, givenname, forename, 명, 이름 명, 이름만"),
    LAST_NAME: ("last name, lastname, last, family name, familyname, surname, 성, 성씨"),
    EMAIL: (
        "email, e mail, mail, email address, e mail address, emails, work email, business email, "
        "primary email, contact email, secondary email, other email, personal email, "
        "additional email addresses, 이메일, 이메일 주소, 전자우편, 메일, 메일 주소, 회사 이메일, "
        "업무용 이메일"
    ),
    PHONE: (
        "phone, telephone, tel, phone number, telephone number, phone no, work phone, business phone, "
        "office phone, company phone, direct phone, home phone, other phone, work, business phone 2, "
        "home phone 2, primary phone, company main phone, asst phone, 전화, 전화번호, 회사 전화, "
        "사무실 전화, 직장 전화, 유선전화, 내선, 연락처, 자택 전화, 집 전화"
    ),
    MOBILE: (
        "mobile, mobile phone, mobilephone, mobile number, mobile phone number, cell, cell phone, "
        "cellphone, handy, 휴대전화, 휴대폰, 휴대폰 번호, 핸드폰, 핸드폰 번호, 휴대전화번호, "
        "휴대 전화, 모바일"
    ),
    ACCOUNT: (
        "account, accounts, account name, accountname, company, company name, companyname, "
        "organization, organisation, organization name, organisation name, employer, business, "
        "sales account, sales accounts, associated company, primary associated company, "
        "primary account, property, building, hotel, firm, client, 회사, 회사명, 회사 이름, 계정, "
        "계정명, 계정 이름, 거래처, 거래처명, 고객사, 고객사명, 업체, 업체명, 소속, 기관, 기관명, "
        "단체, 건물, 기본 계정"
    ),
    JOB_TITLE: (
        "job title, jobtitle, title, position, role, occupation, designation, organization title, "
        "직책, 직위, 직급, 직함, 직무, 업무"
    ),
    REFERENCE: (
        "reference, reference number, reference no, ref, ref no, customer number, customer no, "
        "cust no, contact number, contact no, member number, 참조 번호, 참조번호, 고객 번호, 고객번호, "
        "회원번호"
    ),
    EXTERNAL_ID: (
        "external id, externalid, id, record id, contact id, hs object id, crm id, uuid, 외부 id, "
        "외부 아이디, 아이디"
    ),
    X: (
        "x, twitter, x handle, twitter handle, twitter username, twitter id, twitter name, x twitter, 트위터"
    ),
    LANGUAGE: ("language, locale, lang, preferred language, 언어, 사용 언어"),
    NOTES: (
        "notes, note, comment, comments, remarks, remark, description, memo, 메모, 비고, 참고, 설명, 노트"
    ),
}
#: Heading, in the form that `columns.normal` gives it → field.
FIELD_OF: dict[str, str] = {
    heading.strip(): code for code, headings in _WRITTEN.items() for heading in headings.split(",")
}
