"""The headings of columns that people and other products write, by the field they mean.

English and Korean as people write them, and as Zoho CRM, Freshsales, HubSpot, Salesforce, Google Contacts (before and
since 2024) and Outlook (English and Korean) export them. They are compared by `squeezed`: letters and digits only.
"""

from __future__ import annotations

import re

from customers.imports.matching import targets as t

_PERSON: dict[str, str] = {
    t.NAME: (
        "name, full name, contact, contact name, contact full name, display name, person, customer name, "
        "client name, file as, attendee, employee, member name, 성명, 이름, 전체 이름, 고객명, 담당자, "
        "담당자명, "
        "담당자 이름, 연락처 이름, 연락처명, 고객 이름, 회원명, 표시 이름"
    ),
    t.FIRST_NAME: (
        "first name, first, given name, forename, contact first name, christian name, 명, 이름 명, "
        "이름만, 이름(명)"
    ),
    t.LAST_NAME: "last name, last, family name, surname, contact last name, second name, 성, 성씨, 성(姓), 이름 성",
    t.EMAIL: (
        "email, mail, email address, emails, work email, business email, primary email, contact email, "
        "secondary email, other email, personal email, home email, alternate email, additional email, "
        "additional email addresses, email value, email id, email email address, "
        "이메일, 이메일 주소, 전자우편, 전자 메일, 전자 메일 주소, 메일, 메일 주소, 회사 이메일, "
        "업무용 이메일, "
        "개인 이메일, 보조 이메일, 담당자 이메일"
    ),
    t.PHONE: (
        "phone, telephone, tel, phone number, phone numbers, telephone number, phone no, telephone no, "
        "tel no, "
        "work phone, work phone number, business phone, business phone number, office phone, "
        "office phone number, "
        "office, direct phone, direct line, home phone, home phone number, other phone, "
        "other phone number, work, "
        "primary phone, contact phone, phone value, landline, callback, car phone, radio phone, "
        "전화, 전화번호, 회사 전화, 회사 전화번호, 사무실 전화, 사무실 전화번호, 직장 전화, "
        "직장 전화번호, 유선전화, "
        "유선 전화번호, 일반전화, 내선, 내선번호, 연락처, 연락처 번호, 자택 전화, 자택 전화번호, "
        "집 전화, 집 전화번호, "
        "근무처 전화, 근무지 전화, 업무용 전화, 기본 전화, 기타 전화, 무선 전화, 카폰, 담당자 연락처, "
        "담당자 전화번호"
    ),
    t.MOBILE: (
        "mobile, mobile phone, mobile number, mobile phone number, mobile no, cell, cell phone, cell number, "
        "cell phone number, cellular, handy, work mobile, 휴대전화, 휴대전화번호, 휴대폰, 휴대폰 번호, "
        "핸드폰, "
        "핸드폰 번호, 모바일, 휴대 번호, 이동전화, 손전화, 담당자 휴대폰"
    ),
    t.JOB_TITLE: (
        "job title, title, position, role, occupation, designation, organization title, job position, "
        "job role, "
        "직책, 직위, 직급, 직함, 직무, 업무, 담당 업무, 직업"
    ),
    t.REFERENCE: (
        "reference, reference number, reference no, ref, ref no, customer number, customer no, cust no, "
        "contact number, contact no, member number, member no, membership number, resident number, "
        "참조 번호, 고객 번호, 회원번호, 연락처 번호, 고객 코드"
    ),
    t.EXTERNAL_ID: (
        "external id, id, record id, contact id, hs object id, crm id, uuid, record id contact, "
        "freshsales id, "
        "외부 id, 외부 아이디, 아이디, 레코드 id"
    ),
    t.X: (
        "x, twitter, x handle, twitter handle, twitter username, twitter id, twitter name, x twitter, "
        "x username, 트위터, x 계정, 트위터 계정"
    ),
    t.OTHER: "other ways to reach, other contact method, kakao talk, kakao talk id, 카카오톡, 카카오톡 id, 카톡 id",
    t.TAGS: "tags, tag, contact tags, labels, 태그, 꼬리표",
    t.LANGUAGE: "language, locale, lang, preferred language, contact language, 언어, 사용 언어, 선호 언어",
    t.TIME_ZONE: "time zone, tz, 시간대, 표준 시간대",
    t.NOTES: (
        "notes, note, comment, comments, remarks, remark, description, memo, background information, "
        "메모, 비고, 참고, 설명, 노트, 특이사항, 참고 사항"
    ),
}
#: Of the account, and saying so: the same in files of contacts and of accounts.
_COMPANY: dict[str, str] = {
    t.ACCOUNT: (
        "account, accounts, account name, account account name, company, company name, company names, "
        "organization, "
        "organisation, organization name, organisation name, employer, business, business name, "
        "sales account, "
        "sales accounts, sales account name, associated company, primary associated company, "
        "primary company, "
        "primary account, associated company primary, property, property name, building, building name, "
        "hotel, "
        "hotel name, firm, client, client company, location name, site name, legal name, trading name, "
        "회사, 회사명, 회사 이름, 계정, 계정명, 계정 이름, 거래처, 거래처명, 고객사, 고객사명, "
        "고객사 이름, 업체, 업체명, "
        "소속, 소속 회사, 기관, 기관명, 단체, 단체명, 건물, 건물명, 기본 계정, 상호, 상호명, 법인명, "
        "사업장, 사업장명, "
        "근무처, 직장, 직장명, 지점명, 단지명"
    ),
    t.ACCOUNT_NUMBER: (
        "account number, account no, acct no, company number, company no, company code, account code, "
        "client number, "
        "거래처 번호, 거래처 코드, 고객사 번호, 고객사 코드, 업체 번호, 업체 코드, 계정 번호, 회사 번호, "
        "회사 코드"
    ),
    t.ACCOUNT_EXTERNAL_ID: (
        "account id, company id, account external id, company external id, account name id, "
        "sales account id, "
        "primary associated company id, organization id, record id company, 계정 id, 회사 id, 거래처 id"
    ),
    t.ACCOUNT_DOMAIN: (
        "company domain, company domain name, account domain, account domains, company domains, "
        "email domain, "
        "email domains, organization domain, 회사 도메인, 이메일 도메인, 메일 도메인, 전자우편 도메인"
    ),
    t.ACCOUNT_PARENT: (
        "parent account, parent account name, parent company, parent company name, parent sales account, "
        "parent organization, head office, member of, 상위 계정, 상위 거래처, 상위 회사, 모회사, 모기업, 본사"
    ),
    t.ACCOUNT_TYPE: "account type, company type, type of account, 거래처 구분, 거래처 유형, 계정 유형, 회사 유형",
    t.ACCOUNT_PHONE: (
        "company phone, company phone number, company main phone, account phone, account phone number, "
        "main phone, "
        "organization main phone, organization phone, switchboard, 회사 대표 전화, 회사 대표번호, 대표 전화, "
        "대표 전화번호, 대표번호, 거래처 전화, 거래처 전화번호"
    ),
    t.ACCOUNT_WEBSITE: (
        "website, web site, website url, web, web page, web page 1, homepage, home page, url, "
        "web address, company website, "
        "company website url, account website, company url, business home page, company home page, "
        "웹사이트, 웹 사이트, "
        "홈페이지, 홈페이지 주소, 웹 페이지, 회사 홈페이지, 회사 웹사이트, 누리집, 사이트"
    ),
    t.ACCOUNT_NOTES: (
        "company notes, account notes, company description, account description, about us, "
        "about the company, "
        "회사 메모, 거래처 메모, 회사 설명, 계정 설명"
    ),
}
#: Of the account without saying so: only in a file of accounts.
_PLAIN: dict[str, str] = {
    t.ACCOUNT: (
        "name, display name, location, site, branch, branch name, store, store name, customer, "
        "customer name, "
        "client name, partner, partner name, 이름, 명칭, 고객명, 고객, 지점, 매장, 매장명, 단지"
    ),
    t.ACCOUNT_NUMBER: (
        "number, no, code, reference, reference number, customer number, customer no, cust no, ref, "
        "번호, 코드, 고객 번호, 고객 코드, 참조 번호"
    ),
    t.ACCOUNT_EXTERNAL_ID: (
        "id, external id, record id, crm id, uuid, hs object id, freshsales id, 외부 id, 외부 아이디, "
        "레코드 id"
    ),
    t.ACCOUNT_DOMAIN: "domain, domains, domain name, 도메인",
    t.ACCOUNT_PARENT: "parent, parent name, belongs to, group, 상위, 소속, 그룹",
    t.ACCOUNT_TYPE: "type, kind, relationship, relationship type, 유형, 구분, 종류, 거래처 구분",
    t.ACCOUNT_PHONE: (
        "phone, telephone, tel, phone number, telephone number, phone no, tel no, office phone, work phone, "
        "business phone, primary phone, 전화, 전화번호, 회사 전화, 회사 전화번호, 연락처, 사무실 전화"
    ),
    t.ACCOUNT_NOTES: (
        "notes, note, comment, comments, remarks, remark, description, memo, about, 메모, 비고, 참고, "
        "설명, 노트, 특이사항"
    ),
}
# What the values of a type may be called; others are no type of ours.
_TYPES: dict[str, str] = {
    "customer": "customer, customers, client, clients, 고객, 고객사, 거래처",
    "partner": "partner, partners, reseller, vendor, supplier, 파트너, 협력사, 협력업체, 대리점",
}
# A heading with one of these is about somebody else, or something that only looks like a way to reach a person.
_ELSEWHERE = (
    "owner, manager, managers, assistant, asst, secretary, supervisor, referrer, referred, reports, "
    "created, modified, "
    "updated, deleted, by, assigned, assignee, agent, spouse, children, emergency, fax, pager, telex, "
    "isdn, tty, date, "
    "birthday, birth, anniversary, time, id, ids, no, number, code, zip, postal, postcode, ip, amount, "
    "price, revenue, "
    "salary, employees, points, score, photo, picture, image, avatar, logo, linkedin, facebook, "
    "instagram, youtube, "
    "blog, profile, username, login, user, password, file, attachment, label, type, message, subject, value, "
    "source, "
    "billing, invoice, accounting"
)
_ELSEWHERE_IN_KOREAN = (
    "팩스, 호출기, 비서, 관리자, 매니저, 소유자, 담당 영업, 생일, 생년월일, 기념일, 날짜, 일자, 일시, "
    "번호, 코드, 금액, "
    "매출, 사진, 페이스북, 인스타그램, 블로그, 배우자, 비상, 세금계산서, 계산서, 등록자, 작성자, 수정자, "
    "생성자"
)
# What tells people from companies although it fills no field of ours.
_PERSONAL = (
    "salutation, name prefix, name suffix, middle name, nickname, birthday, date of birth, gender, "
    "reports to, "
    "lead status, lifecycle stage, lead source, do not call, email opt out, home street, home city, spouse, "
    "호칭, 생일, 생년월일, 성별, 별명, 중간 이름, 부서"
)
_CORPORATE = (
    "industry, industry type, company industry, business type, number of employees, employees, "
    "annual revenue, "
    "ticker symbol, sic code, sic description, account site, account owner, company owner, ownership, "
    "rating, "
    "year founded, is public, number of associated contacts, company size, "
    "업종, 업태, 종목, 사업자등록번호, 사업자 번호, 대표자, 대표자명, 대표이사, 직원 수, 사원 수, "
    "종업원 수, 매출액, 설립일"
)


def normal(heading: str) -> str:
    """A heading in lower case, without marks: ``E-mail_1 (Work)`` is ``e mail 1 work``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", heading)
    return " ".join(re.findall(r"[^\W_]+", spaced.casefold()))


def squeezed(heading: str) -> str:
    """How headings are compared: ``First Name``, ``first_name`` and ``FirstName`` are one."""
    return normal(heading).replace(" ", "")


def _listed(text: str) -> frozenset[str]:
    return frozenset(squeezed(word) for word in text.split(","))


def _by_heading(*tables: dict[str, str]) -> dict[str, str]:
    """Squeezed heading → field; what a later table says counts."""
    return {
        squeezed(heading): code
        for table in tables
        for code, headings in table.items()
        for heading in headings.split(",")
    }


#: Squeezed heading → field, for each kind of file.
FIELD_OF: dict[str, dict[str, str]] = {
    t.CONTACTS: _by_heading(_COMPANY, _PERSON),
    t.ACCOUNTS: _by_heading(_COMPANY, _PLAIN),
}
#: Headings that say a number is somebody's, or only that it identifies them: the values decide.
UNCERTAIN = _listed("contact number, contact no, 연락처, 연락처 번호")
TYPE_OF: dict[str, str] = {
    squeezed(word): code for code, words in _TYPES.items() for word in words.split(",")
}
PERSONAL, CORPORATE = _listed(_PERSONAL), _listed(_CORPORATE)
_ELSEWHERE_WORDS, _ELSEWHERE_PARTS = _listed(_ELSEWHERE), _listed(_ELSEWHERE_IN_KOREAN)
SALUTATIONS = _listed(
    "mr, mrs, ms, miss, mx, dr, prof, sir, mister, herr, frau, m, mme, 씨, 님, 선생님, 박사"
)


def is_about_something_else(heading: str) -> bool:
    """Whether its values must not decide what a column is: a fax is no phone, an owner's address not the contact's."""
    return not _ELSEWHERE_WORDS.isdisjoint(normal(heading).split()) or any(
        part in squeezed(heading) for part in _ELSEWHERE_PARTS
    )


# --- Addresses: whose, and which part -------------------------------------

_WHOSE: dict[str, str] = {
    "company": "company, account, organization, firm, headquarters, hq, 회사, 거래처, 본사, 사업장, 업체",
    "billing": "billing, invoice, 청구, 청구지",
    "business": "business, work, office, 근무지, 근무처, 직장, 사무실",
    "mailing": "mailing, postal, contact, 우편",
    "shipping": "shipping, delivery, 배송, 배송지",
}
_PARTS = (
    "street, street address, address, full address, formatted address, address line, address street, "
    "street name, "
    "street number, building number, flat house no building apartment name, po box, city, town, "
    "town city, suburb, "
    "district, county, state, province, region, state region, state province, state county, state code, "
    "zip, zip code, "
    "zip postal code, postal code, postal, postcode, post code, country, country region, "
    "country territory, country name, "
    "주소, 상세주소, 상세 주소, 기본주소, 도로명 주소, 지번 주소, 주소 번지, 번지, 구군시, 시군구, 시도, "
    "시, 도, 도시, "
    "우편번호, 우편 번호, 국가, 나라, 국가 지역"
)
#: Parts that are nobody's unless it is said whose they are.
_PREFIXED_PARTS = "code, 코드"
_PART_WORDS = _listed(_PARTS)
_PART_AFTER_PREFIX = _PART_WORDS | _listed(_PREFIXED_PARTS)
_WHOSE_OF = {squeezed(word): whose for whose, words in _WHOSE.items() for word in words.split(",")}


def address_of(heading: str) -> str | None:
    """Whose address a heading is a part of: "company", "billing" …, "" when it does not say; None for no address.

    Home addresses are none: a person's home is not where their company is.
    """
    word = re.sub(r"\d+$", "", squeezed(heading))
    if word in _PART_WORDS:
        return ""
    for prefix, whose in _WHOSE_OF.items():
        if word.startswith(prefix) and word.removeprefix(prefix) in _PART_AFTER_PREFIX:
            return whose
    return None
