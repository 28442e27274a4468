# SPDX-License-Identifier: ISC
"""Composes reports of receivers, in the shapes that several of them send.

Written from RFC 7489 appendix C, RFC 9990 and RFC 8460, and from what users of
other programs describe of broken ones.
"""

import email.message
import gzip
import io
import json
import mailbox
import zipfile

DAY0 = 1793491200  # 1 Nov 2026 00:00 UTC
DAY = 86400


def record(ip, count, dkim=None, spf=None, from_="tienda.example",
           disposition="none", reason=None, envelope_from=None):
    """dkim: list of (domain, selector, result); spf: (domain, result).

    What is aligned follows: a result for from_ or a domain below it.
    """
    dkim = dkim or []

    def aligned(domain):
        return domain == from_ or domain.endswith("." + from_)
    ok_dkim = any(r == "pass" and aligned(d) for d, _, r in dkim)
    ok_spf = spf is not None and spf[1] == "pass" and aligned(spf[0])
    out = ["<record><row><source_ip>%s</source_ip><count>%d</count>"
           "<policy_evaluated><disposition>%s</disposition><dkim>%s</dkim>"
           "<spf>%s</spf>" % (ip, count, disposition,
                              "pass" if ok_dkim else "fail",
                              "pass" if ok_spf else "fail")]
    if reason:
        out.append("<reason><type>%s</type><comment></comment></reason>"
                   % reason)
    out.append("</policy_evaluated></row><identifiers>")
    if envelope_from:
        out.append("<envelope_from>%s</envelope_from>" % envelope_from)
    out.append("<header_from>%s</header_from></identifiers><auth_results>"
               % from_)
    for domain, selector, result in dkim:
        out.append("<dkim><domain>%s</domain><selector>%s</selector>"
                   "<result>%s</result></dkim>" % (domain, selector, result))
    if spf:
        out.append("<spf><domain>%s</domain><scope>mfrom</scope>"
                   "<result>%s</result></spf>" % spf)
    out.append("</auth_results></record>")
    return "".join(out)


def own(count, ip="203.0.113.5"):
    """Mail that left our server as it should."""
    return record(ip, count, [("tienda.example", "s1", "pass")],
                  ("tienda.example", "pass"))


def forged(n, count, disposition="none"):
    return record("198.18.%d.%d" % (n % 200, n % 250), count, [],
                  ("bad%d.example" % (n % 7), "fail"),
                  disposition=disposition)


def dmarc(records, org="receiver.example", id_="1", day=0, policy="none",
          domain="tienda.example", form=7489, declaration=True, extra=""):
    begin = DAY0 + day * DAY
    head = '<?xml version="1.0" encoding="UTF-8" ?>\n' if declaration else ""
    space = ' xmlns="urn:ietf:params:xml:ns:dmarc-2.0"' if form == 9990 else ""
    more = ("<np>reject</np><testing>n</testing>"
            "<discovery_method>treewalk</discovery_method>"
            if form == 9990 else "<pct>100</pct>")
    return (head + "<feedback%s><version>1.0</version><report_metadata>"
            "<org_name>%s</org_name><email>dmarc@%s</email>%s"
            "<report_id>%s</report_id><date_range><begin>%d</begin>"
            "<end>%d</end></date_range></report_metadata><policy_published>"
            "<domain>%s</domain><adkim>r</adkim><aspf>r</aspf><p>%s</p>"
            "<sp>%s</sp>%s</policy_published>%s</feedback>\n"
            % (space, org, org, extra, id_, begin, begin + DAY - 1, domain,
               policy, policy, more, "".join(records)))


def tls(failures, org="Company-X", id_="t1", good=1000, domain="tienda.example",
        day=0):
    """failures: list of (result-type, mx, sessions)."""
    return json.dumps({
        "organization-name": org,
        "date-range": {"start-datetime": "2026-11-%02dT00:00:00Z" % (day + 1),
                       "end-datetime": "2026-11-%02dT23:59:59Z" % (day + 1)},
        "contact-info": "tls@x.example", "report-id": id_,
        "policies": [{
            "policy": {"policy-type": "sts", "policy-domain": domain},
            "summary": {"total-successful-session-count": good,
                        "total-failure-session-count":
                            sum(n for _, _, n in failures)},
            "failure-details": [
                {"result-type": kind, "receiving-mx-hostname": mx,
                 "failed-session-count": n} for kind, mx, n in failures]}]})


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, data in files.items():
            box.writestr(name.replace("_", "."), data)
    return out.getvalue()


def mail(data, name, type_="application/gzip", subject="Report Domain"):
    """A message with one attachment, as bytes."""
    message = email.message.EmailMessage()
    message["From"] = "dmarc@receiver.example"
    message["To"] = "dmarc@tienda.example"
    message["Subject"] = subject
    message.set_content("This is an aggregate report.\n")
    main, sub = type_.split("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def gz(text):
    return gzip.compress(text.encode("utf-8"), mtime=0)


def mbox(path, messages):
    box = mailbox.mbox(str(path))
    for one in messages:
        box.add(one)
    box.close()
    return path
