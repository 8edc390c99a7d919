"""Makes the corpus: python3 generate.py FOLDER. The same octets each time; one file for each message, name.eml.

Three kinds: what Python's email package writes (with LF and with CR LF), what its old MIME classes write, and octets by hand, which no
library would write but mail servers see every day.
"""
import base64
import binascii
import os
import random
import sys
import zlib
from email import policy
from email.headerregistry import Address, Group
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.audio import MIMEAudio
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email import encoders
from email.header import Header

random.seed(20261122)
chance = random.Random(7)
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
made = set()

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
POLICIES = {"lf": policy.default, "crlf": policy.SMTP, "utf8": policy.SMTPUTF8, "old": policy.compat32}
DATE = "Sun, 22 Nov 2026 10:00:00 +0100"


def keep(name, octets):
    assert name not in made, name
    made.add(name)
    with open(os.path.join(folder, name + ".eml"), "wb") as file:
        file.write(octets)


def put(name, message, *ways):
    """Keeps a message as the package writes it, under each policy."""
    for way in ways or ("crlf",):
        keep(name if len(ways) < 2 else f"{name}-{way}", message.as_bytes(policy=POLICIES[way]))


def crlf(text, encoding="utf-8"):
    octets = text if isinstance(text, bytes) else text.encode(encoding)
    return octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def hand(name, text, encoding="utf-8"):
    """Keeps octets by hand, with CR LF."""
    keep(name, crlf(text, encoding))


def raw(name, text):
    """Keeps octets by hand, exactly."""
    keep(name, text if isinstance(text, bytes) else text.encode("utf-8"))


def head(subject="A subject", more=""):
    return f"From: Ada Lovelace <ada@example.test>\nTo: bob@example.test\nSubject: {subject}\nDate: {DATE}\nMessage-ID: <1@example.test>\nMIME-Version: 1.0\n{more}"


def memo(subject="A subject", sender="Ada Lovelace <ada@example.test>", text=None):
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "Bob <bob@example.test>"
    message["Subject"] = subject
    message["Date"] = DATE
    message["Message-ID"] = "<1@example.test>"
    if text is not None:
        message.set_content(text)
    return message


# ---- what the package writes -------------------------------------------------------------------------------------------

put("plain", memo(text="Hello Bob,\n\nthis is all.\n"), "lf", "crlf")
put("plain-empty", memo(text=""), "lf", "crlf")
put("plain-no-subject", memo(subject="", text="x\n"))
put("plain-unicode", memo("Grüße aus Köln", text="Grüße\n漢字\n😀\n"), "lf", "crlf", "utf8")
put("plain-long-lines", memo(text="word " * 2000 + "\n"), "lf", "crlf")
put("plain-dots", memo(text=".\n..\n.dot\n\n.\n"))
put("plain-trailing-space", memo(text="trailing  \ntab\t\n =20\n"), "crlf", "lf")
put("plain-from-line", memo(text="From me to you\n>From here\n"))

for encoding in ("7bit", "8bit", "quoted-printable", "base64"):
    for subtype in ("plain", "html"):
        message = memo(f"{encoding} {subtype}")
        text = "Hello\n<b>world</b> = 100%\n" if encoding == "7bit" else "Hällo\n<b>wörld</b> = 100 €\n"
        message.set_content(text, subtype=subtype, cte=encoding, charset="utf-8")
        put(f"text-{encoding}-{subtype}", message, "lf", "crlf")

TEXTS = {
    "iso-8859-1": "Größe, naïve, ¿qué?", "iso-8859-2": "Zażółć gęślą jaźń", "iso-8859-5": "Привет, мир", "iso-8859-7": "Καλημέρα κόσμε",
    "iso-8859-8": "שלום עולם", "iso-8859-9": "Iğdır şöyle", "iso-8859-15": "10 € für Œuvre", "windows-1250": "Příliš žluťoučký kůň",
    "windows-1251": "Съешь же ещё этих мягких булок", "windows-1252": "“quotes” – and €", "windows-1253": "Ξεσκεπάζω την", "windows-1254": "Fahiş bluz güvenç",
    "windows-1255": "דג סקרן שט", "windows-1256": "نص حكيم له سر", "windows-1257": "Ąžuolas ėjo", "windows-1258": "Tiêng Viêt", "koi8-r": "В чащах юга жил бы цитрус",
    "koi8-u": "Чуєш їх, доцю", "iso-2022-jp": "こんにちは、世界。テスト", "shift_jis": "いろはにほへと", "euc-jp": "ちりぬるを", "gb2312": "你好，世界",
    "gbk": "繁體與简体", "gb18030": "你好 𠀀 world", "big5": "繁體中文測試", "euc-kr": "안녕하세요 세계", "utf-16": "wide text ü", "utf-16-le": "little endian ü",
    "utf-16-be": "big endian ü", "utf-7": "Hi Mom -☺-!", "us-ascii": "plain ascii", "macintosh": "Résumé", "cp437": "äöü ░▒▓", "cp850": "Ærøskøbing",
    "cp866": "Привет DOS", "tis-620": "สวัสดีชาวโลก",
}
for charset, text in TEXTS.items():
    codec = {"macintosh": "mac-roman"}.get(charset, charset)
    octets = (text + "\nsecond line\n").encode(codec)
    body = base64.encodebytes(octets).decode()
    hand(f"charset-{charset}", head(f"in {charset}", f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n") + "\n" + body)
for charset in ("iso-8859-1", "koi8-r", "windows-1251", "iso-2022-jp", "shift_jis", "euc-kr", "big5", "gb18030"):
    octets = (TEXTS[charset] + "\nsecond line\n").encode(charset)
    raw(f"charset-8bit-{charset}", crlf(head("8 bit", f'Content-Type: text/plain; charset="{charset.upper()}"\nContent-Transfer-Encoding: 8bit\n') + "\n") + octets.replace(b"\n", b"\r\n"))

for charset in ("iso-8859-1", "iso-8859-2", "iso-2022-jp", "koi8-r", "windows-1251", "gb18030", "big5", "euc-kr", "shift_jis", "utf-8"):
    text = TEXTS.get(charset, "Übergrößenträger 😀")
    message = MIMEText("body\n", "plain", "us-ascii")
    message["Subject"] = Header(text, charset)
    message["From"] = f"{Header(text[:6], charset).encode()} <ada@example.test>"
    message["To"] = "bob@example.test"
    put(f"header-{charset}", message, "old")

# ---- structures --------------------------------------------------------------------------------------------------------

def alternative(subject="Both", text="Plain text\n", html="<p>HTML <i>text</i></p>\n"):
    message = memo(subject, text=text)
    message.add_alternative(html, subtype="html")
    return message

put("alternative", alternative(), "lf", "crlf")
put("alternative-unicode", alternative("Beides", "Grüße\n", "<p>Grüße</p>\n"), "lf", "crlf")

message = alternative("With picture", "See the picture\n", '<p><img src="cid:pic1@example.test"></p>\n')
message.get_payload()[1].add_related(PNG, "image", "png", cid="<pic1@example.test>")
put("related-image", message, "lf", "crlf")

message = alternative("With named picture", "See the picture\n", '<p><img src="cid:pic2@example.test"></p>\n')
message.get_payload()[1].add_related(PNG, "image", "png", cid="<pic2@example.test>", filename="dot.png", disposition="inline")
message.add_attachment(b"%PDF-1.4 nothing", maintype="application", subtype="pdf", filename="report.pdf")
put("related-and-attachment", message, "lf", "crlf")

for count in (1, 2, 5):
    message = memo(f"{count} files", text="See the files\n")
    for number in range(count):
        message.add_attachment(chance.randbytes(1000 + 321 * number), maintype="application", subtype="octet-stream", filename=f"file{number}.bin")
    put(f"attachments-{count}", message, "lf", "crlf")

NAMES = ["naïve.txt", "漢字.pdf", "with space.doc", 'quo"te.txt', "semi;colon.txt", "back\\slash.txt", "per%cent.txt", "apos'trophe.txt", "l" * 200 + ".bin", "ünïcödé " * 20 + ".bin", "..", "a/b/c.txt", "=?utf-8?q?x?=.txt"]
for number, name in enumerate(NAMES):
    message = memo("A name", text="x\n")
    message.add_attachment(b"octets %d" % number, maintype="application", subtype="octet-stream", filename=name)
    put(f"filename-{number}", message, "crlf")

message = memo("Text attached", text="The text\n")
message.add_attachment("An attached text ü\n", filename="notes.txt")
message.add_attachment("<p>attached</p>\n", subtype="html", filename="page.html")
put("attached-texts", message, "lf", "crlf")

message = memo("Only a file")
message.set_content(b"\x00\x01\x02" * 100, maintype="application", subtype="zip", filename="only.zip")
put("only-a-file", message, "lf", "crlf")

message = memo("Only HTML")
message.set_content("<p>Only HTML</p>\n", subtype="html")
put("only-html", message, "lf", "crlf")

inner = memo("The inner", sender="Carol <carol@example.test>", text="Inner text\n")
inner.add_attachment(b"inner octets", maintype="application", subtype="x-inner", filename="inner.bin")
message = memo("Forwarded", text="See below\n")
message.add_attachment(inner)
put("forward", message, "lf", "crlf")

for depth in (2, 3, 6):
    message = memo("Core", text="The core\n")
    for level in range(depth):
        outer = memo(f"Level {level}", text=f"Level {level}\n")
        outer.add_attachment(message)
        message = outer
    put(f"rfc822-depth-{depth}", message, "lf", "crlf")

message = MIMEMultipart("digest")
message["From"], message["Subject"] = "list@example.test", "Digest"
for number in range(4):
    message.attach(MIMEMessage(memo(f"Issue {number}", text=f"Text {number}\n")))
put("digest-package", message, "old", "crlf")

for kind in ("mixed", "alternative", "related", "parallel", "digest", "form-data", "x-unknown", "appledouble", "report", "signed"):
    message = MIMEMultipart(kind)
    message["From"], message["Subject"] = "Ada <ada@example.test>", f"multipart/{kind}"
    message.attach(MIMEText("first\n", "plain"))
    message.attach(MIMEText("<p>second</p>\n", "html"))
    message.attach(MIMEApplication(b"third", "x-third", Name="third.bin"))
    put(f"kind-{kind}", message, "old", "crlf")

def nest(depth, kinds=("mixed", "alternative", "related")):
    message = MIMEText("deep text\n", "plain")
    for level in range(depth):
        outer = MIMEMultipart(kinds[level % len(kinds)])
        outer.attach(message)
        outer.attach(MIMEApplication(b"level %d" % level))
        message = outer
    message["From"], message["Subject"] = "Ada <ada@example.test>", f"depth {depth}"
    return message

for depth in (3, 8, 20, 45):
    put(f"nest-{depth}", nest(depth), "old", "crlf")

message = MIMEMultipart()
message["From"], message["Subject"] = "ada@example.test", "Old classes"
message.attach(MIMEText("Grüße\n", "plain", "iso-8859-1"))
message.attach(MIMEImage(PNG, "png", name="dot.png"))
message.attach(MIMEAudio(b"RIFF0000WAVE", "x-wav"))
part = MIMEBase("application", "vnd.test")
part.set_payload(b"quoted\r\nprintable = \xff")
encoders.encode_quopri(part)
part.add_header("Content-Disposition", "attachment", filename=("iso-8859-1", "de", "gr\xfc\xdfe.txt"))
message.attach(part)
put("old-classes", message, "old")

# ---- addresses ---------------------------------------------------------------------------------------------------------

SENDERS = [
    "ada@example.test", "<ada@example.test>", "Ada <ada@example.test>", '"Lovelace, Ada" <ada@example.test>', "ada@example.test (Ada Lovelace)",
    '"Ada \\"Countess\\" Lovelace" <ada@example.test>', "=?utf-8?q?J=C3=BCrgen?= <j@example.test>", "=?utf-8?b?5ryi5a2X?= =?utf-8?b?5ryi5a2X?= <j@example.test>",
    "=?iso-8859-1?q?M=FCller=2C_Hans?= <hans@example.test>", "Ada M. Lovelace <ada@example.test>", "Ada Lovelace <ada@example.test>, Bob <bob@example.test>",
    "Team: ada@example.test, bob@example.test;", "  Ada   Lovelace   <ada@example.test>  ", '"ada lovelace"@example.test', '"=?utf-8?q?J=C3=BCrgen?=" <j@example.test>',
    "Ada\n <ada@example.test>", "ada@[192.0.2.1]", "Ada <@relay.test:ada@example.test>", "Ada@Work <ada@example.test>", "ada", "", "<>", "undisclosed:;",
    "Ada <ada@example.test", "Ada <ada @ example.test>", "(comment) Ada <ada@example.test> (more)", "Ada;Lovelace <ada@example.test>", "ada@example.test.", "=?utf-8?q?broken <ada@example.test>",
]
for number, sender in enumerate(SENDERS):
    hand(f"from-{number:02}", f"From: {sender}\nTo: bob@example.test\nSubject: senders\n\ntext\n")

message = EmailMessage()
message["From"] = Address("Jürgen Müller", "j", "example.test")
message["To"] = (Address("Bób", "bob", "example.test"), Group("Friends", (Address("", "c", "example.test"), Address("D", "d", "example.test"))))
message["Cc"] = ", ".join(f"User {number} <user{number}@example.test>" for number in range(60))
message["Subject"] = "Many people"
message.set_content("x\n")
put("people", message, "lf", "crlf", "utf8")

# ---- RFC 2047 and RFC 2231 -----------------------------------------------------------------------------------------------

SUBJECTS = [
    "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "=?UTF-8?B?R3LDvMOfZQ==?=", "=?utf-8?q?one?= =?utf-8?q?two?=", "=?utf-8?q?one?=\n =?utf-8?q?two?=", "a =?utf-8?q?b?= c",
    "=?iso-8859-1?q?a?= =?utf-8?q?b?=", "=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "=?koi8-r?B?8NLJ18XU?=",
    "=?gb2312?B?xOO6ww==?=", "=?big5?B?wWPF6Q==?=", "=?euc-kr?B?vsiz58fPvLy/5A==?=", "=?windows-1252?q?=93quoted=94?=", "=?utf-8?b?4pyT?= =?utf-8?b?4pyT?=",
    "=?utf-8?q?under_score=5Fhere?=", "=?utf-8?q?question=3F_mark?=", "plain text only", "=?utf-8?q??=", "   leading and trailing   ", "=?us-ascii?q?simple?=",
    "folded\n over\n\tthree lines", "=?utf-8?b?R3LDvMOfZQ?=", "Re: =?utf-8?q?=C3=A4?=: b", "=?utf-8?q?a?=b", "a=?utf-8?q?b?=", "(=?utf-8?q?a?=)",
    "=?unknown-charset?q?abc?=", "=?utf-8?x?abc?=", "=?utf-8?q?=ZZ?=", "=?utf-8?b?!!!!?=", "=?utf-8?q?no end", "=?", "=?=?=?=", "=?utf-8?q?=E2=9C?= =?utf-8?q?=93?=",
    "=?utf-8?q?=FF=FE?=", "=?utf-8?q?a b?=", '"=?utf-8?q?a?="', "=?utf-8?b?R3LDvMOf?= x =?utf-8?b?R3LDvMOf?=", "=?utf-8?q?line=0D=0Abreak?=", "=?utf-8?q?nul=00nul?=",
]
for number, subject in enumerate(SUBJECTS):
    hand(f"subject-{number:02}", f"From: ada@example.test\nTo: bob@example.test\nSubject: {subject}\n\ntext\n")

PARAMETERS = [
    "filename*=utf-8''na%C3%AFve.txt", "filename*=iso-8859-1'de'gr%FC%DFe.txt", "filename*0=part1; filename*1=part2.txt", 'filename*0="part1 "; filename*1="part2.txt"',
    "filename*0*=utf-8''na%C3%AFve; filename*1=.txt", "filename*0*=utf-8''na; filename*1*=%C3%AFve.txt", 'filename="=?utf-8?q?na=C3=AFve.txt?="',
    'filename="=?utf-8?b?5ryi5a2X?=\n =?utf-8?b?LnR4dA==?="', 'filename="plain.txt"; filename*=utf-8\'\'na%C3%AFve.txt', "filename=unquoted.txt", 'filename="with space.txt"',
    "filename=with space.txt", 'filename="back\\\\slash.txt"', 'filename="quo\\"te.txt"', "filename*=''bare.txt", "filename*=utf-8'en'%E6%BC%A2%E5%AD%97.txt", 'FILENAME="upper.txt"',
    'filename = "spaces.txt"', "filename*1=second.txt; filename*0=first-", 'filename=""', "filename*=unknown''abc.txt", "filename*=utf-8''%ZZbad.txt", 'filename="no end.txt',
    'filename="C:\\Documents\\file.txt"', "filename=a.txt; filename=b.txt",
]
for number, parameter in enumerate(PARAMETERS):
    hand(f"parameter-{number:02}", head("a parameter", "Content-Type: multipart/mixed; boundary=bb\n") + f"\n--bb\nContent-Type: text/plain\n\ntext\n--bb\nContent-Type: application/octet-stream\nContent-Disposition: attachment; {parameter}\n\noctets\n--bb--\n")

TYPES = [
    "text/plain", "TEXT/PLAIN", "text/plain;", "text/plain ; charset=us-ascii", 'text/plain; charset="us-ascii"', "text/plain; charset = us-ascii", "text", "", "text/", "/plain", "text/plain/extra",
    "text/plain charset=us-ascii", "text/html; charset=utf-8", "application/octet-stream; name=file.bin", "text/plain; charset=us-ascii (comment)", "text/plain; charset=utf-8; charset=iso-8859-1",
    "text/plain; charset*=utf-8''utf-8", "text/plain; charset=", "multipart/mixed", "x", "application/pdf", "message/rfc822", "text/calendar; method=REQUEST", "text/plain; charset='utf-8'",
]
for number, kind in enumerate(TYPES):
    hand(f"type-{number:02}", head("a type", f"Content-Type: {kind}\n") + "\nSubject: maybe inner\n\nthe text\n")

# ---- damaged -----------------------------------------------------------------------------------------------------------

MIXED = "Content-Type: multipart/mixed; boundary=bb\n"
hand("damaged-no-end-boundary", head(more=MIXED) + "\n--bb\n\nfirst\n--bb\nContent-Type: application/octet-stream\n\nlast without end\n")
hand("damaged-no-start-boundary", head(more=MIXED) + "\nThere is no boundary here.\nAt all.\n")
hand("damaged-boundary-parameter-missing", head(more="Content-Type: multipart/mixed\n") + "\n--bb\n\nfirst\n--bb--\n")
hand("damaged-boundary-empty", head(more='Content-Type: multipart/mixed; boundary=""\n') + "\n--\n\nfirst\n----\n")
hand("damaged-only-end-boundary", head(more=MIXED) + "\npreamble\n--bb--\nepilogue\n")
hand("damaged-boundary-case", head(more="Content-Type: multipart/mixed; boundary=BB\n") + "\n--bb\n\nfirst\n--BB\n\nsecond\n--BB--\n")
hand("damaged-boundary-trailing-space", head(more=MIXED) + "\n--bb  \t\n\nfirst\n--bb \n\nsecond\n--bb-- \n")
hand("damaged-boundary-prefix", head(more=MIXED) + "\n--bb\n\nfirst\n--bbc\nstill first\n--bb--\n")
hand("damaged-inner-open", head(more=MIXED) + "\n--bb\nContent-Type: multipart/alternative; boundary=cc\n\n--cc\n\ninner\n--bb\n\nouter\n--bb--\n")
hand("damaged-same-boundary", head(more=MIXED) + "\n--bb\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\nwhose\n--bb--\n--bb--\n")
hand("damaged-boundary-prefix-of-inner", head(more="Content-Type: multipart/mixed; boundary=a\n") + "\n--a\nContent-Type: multipart/mixed; boundary=ab\n\n--ab\n\ninner\n--ab--\n--a\n\nouter\n--a--\n")
hand("damaged-double-boundary", head(more=MIXED) + "\n--bb\n--bb\n\nfirst\n--bb--\n")
hand("damaged-empty-parts", head(more=MIXED) + "\n--bb\n\n--bb\n\n\n--bb\nContent-Type: text/html\n\n--bb--\n")
hand("damaged-part-without-blank", head(more=MIXED) + "\n--bb\nfirst has no header\nand no blank line\n--bb--\n")
hand("damaged-part-header-only", head(more=MIXED) + "\n--bb\nContent-Type: text/html\n--bb\nContent-Type: text/plain\n\ntext\n--bb--\n")
hand("damaged-preamble-epilogue", head(more=MIXED) + "\npreamble\nlines\n\n--bb\n\nfirst\n\n--bb--\n\nepilogue\nlines\n")
hand("damaged-multipart-base64", head(more=MIXED + "Content-Transfer-Encoding: base64\n") + "\n--bb\n\nfirst\n--bb--\n")
hand("damaged-two-types", head(more="Content-Type: text/html\nContent-Type: text/plain\n") + "\n<p>which?</p>\n")
hand("damaged-two-subjects", "From: ada@example.test\nSubject: first\nSubject: second\n\ntext\n")
hand("damaged-two-froms", "From: ada@example.test\nFrom: bob@example.test\nSubject: x\n\ntext\n")
hand("damaged-no-blank-line", "From: ada@example.test\nSubject: x\nThis is no field and so the text begins.\nMore.\n")
hand("damaged-header-only", "From: ada@example.test\nSubject: only a header\n")
raw("damaged-header-cut", "From: ada@example.test\r\nSubject: cut he")
raw("damaged-empty", b"")
raw("damaged-only-newline", b"\r\n")
raw("damaged-only-text", b"no header at all\r\njust text\r\n")
raw("damaged-bare-lf", head("bare LF", MIXED) + "\n--bb\n\nfirst\n--bb\nContent-Type: text/html\n\n<p>second</p>\n--bb--\n")
raw("damaged-mixed-line-ends", crlf(head("mixed ends", MIXED)) + b"\r\n--bb\n\r\nfirst\nsecond\r\n--bb\r\nContent-Type: text/html\n\n<p>third</p>\r\n--bb--\n")
raw("damaged-bare-cr", crlf(head("bare CR")) + b"\r\none\rtwo\rthree\r\n")
raw("damaged-mbox-from", b"From ada@example.test Sun Nov 22 10:00:00 2026\n" + (head("mbox") + "\ntext\n").encode())
raw("damaged-no-final-newline", crlf(head("no end")) + b"\r\nno newline at the end")
raw("damaged-8bit-header-utf8", crlf("From: Jürgen <j@example.test>\nSubject: Grüße ohne Kodierung\n\ntext\n"))
raw("damaged-8bit-header-latin1", crlf("From: Jürgen <j@example.test>\nSubject: Grüße in Latin 1\n\ntext\n".encode("latin-1")))
raw("damaged-8bit-header-utf8-name", crlf(head("8 bit name", MIXED) + "\n--bb\n\nx\n--bb\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"naïve.txt\"\n\nq\n--bb--\n"))
raw("damaged-8bit-unlabelled-utf8", crlf(head("unlabelled") + "\nGrüße, unlabelled\n"))
raw("damaged-8bit-unlabelled-latin1", crlf((head("unlabelled") + "\nGrüße, unlabelled\n").encode("latin-1")))
raw("damaged-mislabelled-ascii", crlf(head("mislabelled", "Content-Type: text/plain; charset=us-ascii\n") + "\nGrüße, not ASCII\n"))
raw("damaged-mislabelled-utf8", crlf((head("mislabelled", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n") + "\nGrüße, not UTF-8\n").encode("latin-1")))
raw("damaged-unknown-charset", crlf(head("unknown", "Content-Type: text/plain; charset=x-klingon\n") + "\nplain text in no charset\n"))
raw("damaged-unknown-charset-8bit", crlf(head("unknown", "Content-Type: text/plain; charset=x-klingon\nContent-Transfer-Encoding: 8bit\n") + "\nGrüße\n"))
raw("damaged-utf8-bom", crlf(head("BOM", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n")) + b"\r\n\xef\xbb\xbfafter a BOM\r\n")
raw("damaged-nul", crlf(head("NULs")) + b"\r\nbefore\x00after\r\n")
raw("damaged-nul-header", b"From: ada@example.test\r\nSubject: a\x00b\r\n\r\ntext\r\n")
raw("damaged-control-header", b"From: ada@example.test\r\nSubject: a\x07\x1b[31mred\r\n\r\ntext\r\n")

OCTETS = bytes(range(256)) * 3
ENCODED = base64.encodebytes(OCTETS).decode()

def file(encoding, body, kind="application/octet-stream"):
    return head("a file", MIXED) + f"\n--bb\n\ntext\n--bb\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\nContent-Disposition: attachment; filename=f.bin\n\n{body}\n--bb--\n"

for number, cut in enumerate((1, 2, 3, 5, 100)):
    hand(f"base64-cut-{number}", file("base64", ENCODED.rstrip()[:-cut]))
hand("base64-one-line", file("base64", base64.b64encode(OCTETS).decode()))
hand("base64-short-lines", file("base64", "\n".join(ENCODED.replace("\n", "")[i:i + 3] for i in range(0, 400, 3))))
hand("base64-blank-lines", file("base64", ENCODED.replace("\n", "\n\n")))
hand("base64-spaces", file("base64", ENCODED.replace("A", "A ")))
hand("base64-junk", file("base64", ENCODED.replace("\n", "!\n").replace("B", "B*")))
hand("base64-concatenated", file("base64", base64.b64encode(b"one").decode() + "\n" + base64.b64encode(b"four").decode() + "\n" + base64.b64encode(b"three").decode()))
hand("base64-padding-first", file("base64", "====" + ENCODED))
hand("base64-empty", file("base64", ""))
hand("base64-footer", file("base64", ENCODED + "\n_______________\nA footer of a mailing list"))
hand("base64-upper", file("BASE64", ENCODED))
hand("base64-comment", file("base64 (as ever)", ENCODED))
hand("base64-text", head("text in base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n") + "\n" + base64.encodebytes("Grüße\r\nzwei\r\n".encode()).decode())
hand("base64-message", head("a message in base64", "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n") + "\n" + base64.encodebytes(crlf(head("inner") + "\ninner text\n")).decode())

QUOTED = ["simple=20text", "soft=\nbreak", "soft= \nbreak", "bad=ZZhex", "cut at the end=", "cut=4", "lower=c3=bc", "trailing space \nnext", "a=\n=\nb", "=3D=3D", "tab=09\t\nx", "equals = alone", "=\n", "high \u00fc octet", "==41", "=0D=0A", "x" * 2000, "long=\n" * 500]
for number, body in enumerate(QUOTED):
    hand(f"quoted-{number:02}", file("quoted-printable", body))
for encoding in ("binary", "8bit", "7bit", "unknown", "x-token", '"base64"', "quoted printable", "base 64", ""):
    hand(f"encoding-{encoding.strip(chr(34)).replace(' ', '_') or 'none'}", file(encoding, "c29tZQ== =41 text"))

def uue(name, octets):
    lines = [f"begin 644 {name}"]
    lines += [binascii.b2a_uu(octets[i:i + 45]).decode().rstrip("\n") for i in range(0, len(octets), 45)]
    return "\n".join(lines + ["`", "end"]) + "\n"

hand("uuencode-text", head("uuencoded") + "\nSee the file:\n\n" + uue("octets.bin", OCTETS) + "\nThat was it.\n")
hand("uuencode-two", head("uuencoded") + "\n" + uue("one.txt", b"one\n") + "between\n" + uue("two files.txt", b"two\n" * 30))
hand("uuencode-damaged", head("uuencoded") + "\n" + uue("one.txt", OCTETS)[:500] + "\nand then text.\n")
hand("uuencode-encoding", file("x-uuencode", uue("f.bin", OCTETS)))
hand("uuencode-encoding-other", file("uuencode", "text before\n" + uue("f.bin", b"short")))
hand("uuencode-encoding-cut", file("x-uue", uue("f.bin", OCTETS)[:300]))

hand("flowed", head("flowed", "Content-Type: text/plain; charset=utf-8; format=flowed\n") + "\nThis paragraph \nflows over \nlines.\n\n> quoted text \n> flows too.\n -- stuffed\n-- \nsignature\n")
hand("flowed-delsp", head("flowed", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n") + "\nThis para \ngraph flows\n")

# ---- hostile and huge ----------------------------------------------------------------------------------------------------

put("hostile-depth-200", nest(200), "old")
hand("hostile-3000-parts", head("3000 parts", MIXED) + "\n" + "".join(f"--bb\nContent-Type: text/plain; name=p{n}.txt\n\npart {n}\n" for n in range(3000)) + "--bb--\n")
hand("hostile-200k-header", head("large header", "".join(f"X-Field-{n}: {'v' * 400}\n" for n in range(480))) + "\ntext\n")
hand("hostile-one-long-field", head("long field", "X-Long: " + "\n ".join(["word" * 15] * 3000) + "\n") + "\ntext\n")
hand("hostile-long-boundary", head("long boundary", f'Content-Type: multipart/mixed; boundary="{"b" * 500}"\n') + f"\n--{'b' * 500}\n\nfirst\n--{'b' * 500}--\n")
hand("hostile-boundary-pattern", head("pattern", 'Content-Type: multipart/mixed; boundary=".*+[a]?(x)"\n') + "\n--.*+[a]?(x)\n\nfirst\n--.*+[a]?(x)--\n")
hand("hostile-boundary-hyphens", head("hyphens", 'Content-Type: multipart/mixed; boundary="--"\n') + "\n----\n\nfirst\n----\n\nsecond\n------\n")
hand("hostile-boundary-in-text", head("in text", MIXED) + "\n--bb\n\nnot a boundary: --bb\n --bb\n--bb--\n")
hand("hostile-boundary-in-base64", head("in base64", 'Content-Type: multipart/mixed; boundary="AAAA"\n') + "\n--AAAA\nContent-Transfer-Encoding: base64\nContent-Type: application/octet-stream\n\nAAAA\n--AAAA--\n")
hand("hostile-many-parameters", head("parameters", "Content-Type: text/plain; " + "; ".join(f"p{n}=v{n}" for n in range(500)) + "\n") + "\ntext\n")
hand("hostile-continuations", head("continuations", MIXED) + "\n--bb\nContent-Type: application/octet-stream;\n" + ";\n".join(f" name*{n}=x{n}" for n in range(200)) + "\n\no\n--bb--\n")
hand("hostile-comments", f"From: {'(' * 50}x{')' * 50} ada@example.test\nSubject: x\n\ntext\n")
hand("hostile-many-recipients", "From: ada@example.test\nTo: " + ",\n ".join(f"u{n}@example.test" for n in range(1500)) + "\nSubject: x\n\ntext\n")
hand("hostile-encoded-words", "From: ada@example.test\nSubject: " + "\n ".join(["=?utf-8?q?w=C3=B6rd?="] * 500) + "\n\ntext\n")
hand("hostile-rfc822-chain-40", head("chain") + "Content-Type: message/rfc822\n\n" * 40 + "Subject: core\n\ncore\n")
hand("hostile-rfc822-chain-120", head("chain") + "Content-Type: message/rfc822\n\n" * 120 + "Subject: core\n\ncore\n")
hand("hostile-path-name", file("7bit", "x").replace("filename=f.bin", 'filename="../../etc/passwd"'))
hand("hostile-control-name", file("7bit", "x").replace("filename=f.bin", 'filename="a\x07\x1bb.txt"'))
hand("hostile-html", head("html", "Content-Type: text/html; charset=utf-8\n") + "\n<script>alert(1)</script><p onclick=x>" + "<b>" * 3000 + "deep</p>\n")

message = memo("5 MB", text="See the file\n")
message.add_attachment(chance.randbytes(5 * 1024 * 1024), maintype="application", subtype="octet-stream", filename="huge.bin")
put("huge-attachment", message, "crlf")
put("huge-text", memo("1 MB of text", text="".join(f"line {n} of a long text\n" for n in range(45000))), "lf", "crlf")

# ---- as in the world -----------------------------------------------------------------------------------------------------

hand("world-newsletter", """Return-Path: <bounce+123=bob=example.test@news.example.test>
Received: from mta1.news.example.test (mta1.news.example.test [192.0.2.7])
\tby mx.example.test with ESMTPS id abc123; Sun, 22 Nov 2026 09:00:01 +0000
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=news.example.test; s=k1;
\th=From:To:Subject:Date; bh=AAAA; b=BBBB
From: =?UTF-8?Q?The_Weekly_=E2=9C=89?= <news@news.example.test>
To: <bob@example.test>
Reply-To: Editors <editors@news.example.test>
Subject: =?UTF-8?B?VGhpcyB3ZWVrOiAxMCB0aGluZ3Mg4oCTIHlvdQ==?=
 =?UTF-8?B?IG1pc3NlZA==?=
Date: Sun, 22 Nov 2026 09:00:00 +0000
Message-ID: <20261122.123@news.example.test>
List-Unsubscribe: <https://news.example.test/u/123>, <mailto:u@news.example.test>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
Precedence: bulk
X-Mailer: Mailer 3.2
MIME-Version: 1.0
Content-Type: multipart/alternative;
\tboundary="----=_Part_123_456.789"

------=_Part_123_456.789
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

This week =E2=80=93 ten things.=20
Read on: https://news.example.test/?a=3D1&b=3D2

------=_Part_123_456.789
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

<html><body><h1>This week =E2=80=93 ten things</h1><p>Read =
<a href=3D"https://news.example.test/">on</a></p></body></html>

------=_Part_123_456.789--
""")

hand("world-reply", """From: Bob <bob@example.test>
To: Ada <ada@example.test>
Cc: "Team, all" <team@example.test>
In-Reply-To: <1@example.test>
References: <0@example.test>
 <1@example.test>
Subject: Re: Lunch?
Date: Sun, 22 Nov 2026 12:00:00 -0500 (EST)
Message-ID: <2@example.test>
User-Agent: Mutt/2.0
X-Priority: 1 (Highest)
Importance: high
MIME-Version: 1.0
Content-Type: text/plain; charset=us-ascii
Content-Disposition: inline

On Sun, Ada wrote:
> Lunch?

Yes.
-- 
Bob
""")

hand("world-invitation", """From: Ada <ada@example.test>
To: Bob <bob@example.test>
Subject: Invitation: Planning
Date: Sun, 22 Nov 2026 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=outer

--outer
Content-Type: multipart/alternative; boundary=inner

--inner
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

WW91IGhhdmUgYmVlbiBpbnZpdGVkLg0K

--inner
Content-Type: text/html; charset="UTF-8"
Content-Transfer-Encoding: quoted-printable

<p>You have been <b>invited</b>.</p>

--inner
Content-Type: text/calendar; charset="UTF-8"; method=REQUEST
Content-Transfer-Encoding: 7bit

BEGIN:VCALENDAR
METHOD:REQUEST
END:VCALENDAR

--inner--

--outer
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFSDQpFTkQ6VkNBTEVOREFSDQo=

--outer--
""")

hand("world-bounce", """From: Mail Delivery System <MAILER-DAEMON@mx.example.test>
To: ada@example.test
Subject: Undelivered Mail Returned to Sender
Date: Sun, 22 Nov 2026 12:00:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B6.1/mx.example.test"

This is a MIME-encapsulated message.

--B6.1/mx.example.test
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I could not deliver your message.

--B6.1/mx.example.test
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test
Arrival-Date: Sun, 22 Nov 2026 11:59:00 +0000

Final-Recipient: rfc822; nobody@example.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B6.1/mx.example.test
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: ada@example.test
To: nobody@example.test
Subject: The lost one

Its text.

--B6.1/mx.example.test--
""")

hand("world-bounce-headers", """From: postmaster@mx.example.test
To: ada@example.test
Subject: Delivery Status Notification (Failure)
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=xx

--xx

It failed.

--xx
Content-Type: message/delivery-status

Reporting-MTA: dns;mx.example.test

Final-Recipient: rfc822;nobody@example.test
Action: failed
Status: 5.0.0

--xx
Content-Type: text/rfc822-headers

From: ada@example.test
Subject: The lost one

--xx--
""")

hand("world-receipt", """From: Bob <bob@example.test>
To: Ada <ada@example.test>
Subject: Read: Lunch?
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary=xx

--xx

Your message was displayed.

--xx
Content-Type: message/disposition-notification

Final-Recipient: rfc822;bob@example.test
Original-Message-ID: <1@example.test>
Disposition: manual-action/MDN-sent-manually; displayed

--xx--
""")

hand("world-feedback", """From: abuse@example.test
To: fbl@example.test
Subject: FW: Earn money
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=xx

--xx

An abuse report.

--xx
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Some/1.0
Version: 1

--xx
Content-Type: message/rfc822
Content-Disposition: inline

From: spammer@example.test
Subject: Earn money
Content-Type: text/html

<p>money</p>

--xx--
""")

hand("world-pgp-signed", """From: Ada <ada@example.test>
To: bob@example.test
Subject: signed
MIME-Version: 1.0
Content-Type: multipart/signed; micalg=pgp-sha256;
 protocol="application/pgp-signature"; boundary=sig

--sig
Content-Type: multipart/mixed; boundary=in

--in
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Signed text =E2=9C=93

--in--

--sig
Content-Type: application/pgp-signature; name="signature.asc"
Content-Description: OpenPGP digital signature
Content-Disposition: attachment; filename="signature.asc"

-----BEGIN PGP SIGNATURE-----

AAAA
-----END PGP SIGNATURE-----

--sig--
""")

hand("world-pgp-encrypted", """From: Ada <ada@example.test>
To: bob@example.test
Subject: ...
MIME-Version: 1.0
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=enc

--enc
Content-Type: application/pgp-encrypted
Content-Description: PGP/MIME version identification

Version: 1

--enc
Content-Type: application/octet-stream; name="encrypted.asc"
Content-Disposition: inline; filename="encrypted.asc"

-----BEGIN PGP MESSAGE-----

AAAA
-----END PGP MESSAGE-----

--enc--
""")

hand("world-smime-signed", """From: Ada <ada@example.test>
To: bob@example.test
Subject: signed
MIME-Version: 1.0
Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="----ABC"

This is an S/MIME signed message

------ABC
Content-Type: text/plain

Signed

------ABC
Content-Type: application/pkcs7-signature; name="smime.p7s"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="smime.p7s"

""" + base64.encodebytes(chance.randbytes(600)).decode() + """
------ABC--

""")

hand("world-smime-opaque", head("opaque", 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="smime.p7m"\n') + "\n" + base64.encodebytes(chance.randbytes(400)).decode())

hand("world-apple", """From: Ada <ada@example.test>
To: bob@example.test
Subject: Pictures
MIME-Version: 1.0 (Mac OS X Mail 16.0)
Content-Type: multipart/alternative; boundary="Apple-Mail=_1"

--Apple-Mail=_1
Content-Transfer-Encoding: 7bit
Content-Type: text/plain;
\tcharset=us-ascii

Look:

--Apple-Mail=_1
Content-Type: multipart/mixed;
\tboundary="Apple-Mail=_2"

--Apple-Mail=_2
Content-Transfer-Encoding: 7bit
Content-Type: text/html;
\tcharset=us-ascii

<html><body>Look:</body></html>
--Apple-Mail=_2
Content-Disposition: inline;
\tfilename=dot.png
Content-Type: image/png;
\tx-unix-mode=0644;
\tname="dot.png"
Content-Transfer-Encoding: base64

""" + base64.encodebytes(PNG).decode() + """
--Apple-Mail=_2
Content-Transfer-Encoding: 7bit
Content-Type: text/html;
\tcharset=us-ascii

<html><body>That was it.</body></html>
--Apple-Mail=_2--

--Apple-Mail=_1--
""")

hand("world-list-footer", """From: Ada <ada@example.test>
To: list@example.test
Subject: [list] Question
List-Id: A list <list.example.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="===============1234=="

--===============1234==
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

UXVlc3Rpb24/Cg==

--===============1234==
Content-Type: text/plain; charset="us-ascii"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
Content-Disposition: inline

_______________________________________________
list mailing list

--===============1234==--
""")

hand("world-notes", """Received: by notes.example.test(Lotus SMTP MTA v4.6.3  (733.2 10-16-1998))  id 80256C39.0056AD3E ; Thu, 19 Sep 2002 16:46:44 +0100
X-Lotus-FromDomain: EXAMPLE
From: "Ada Lovelace" <Ada_Lovelace@example.test>
To: bob@example.test
cc: carol@example.test,
   dave@example.test
Message-ID: <80256C39.0056AAAC.00@notes.example.test>
Date: Thu, 19 Sep 2002 16:46:37 +0100
Subject: With a file
Mime-Version: 1.0
Content-type: multipart/mixed; 
\tBoundary="0__=abcdefghijklmnopqrstuvwxyz"

--0__=abcdefghijklmnopqrstuvwxyz
Content-type: text/plain; charset=us-ascii
Content-Disposition: inline

Here it is.
(See attached file: makefile)

--0__=abcdefghijklmnopqrstuvwxyz
Content-type: application/octet-stream; 
\tname="makefile"
Content-Disposition: attachment; filename="makefile"
Content-transfer-encoding: base64

YWxsOgo=

--0__=abcdefghijklmnopqrstuvwxyz--

""")

def tnef():
    def attribute(level, name, octets):
        return bytes([level]) + name.to_bytes(4, "little") + len(octets).to_bytes(4, "little") + octets + (sum(octets) & 0xFFFF).to_bytes(2, "little")
    return (b"\x78\x9f\x3e\x22" + b"\x01\x00"
            + attribute(1, 0x00089006, (0x00010000).to_bytes(4, "little"))
            + attribute(2, 0x00069002, b"\x01\x00" + b"\xff" * 4 + b"\x20\x00\x20\x00" + b"\x00" * 4)
            + attribute(2, 0x00018010, b"inside.txt\x00")
            + attribute(2, 0x0006800F, b"octets inside winmail.dat\r\n"))

message = memo("TNEF", text="See winmail.dat\n")
message.add_attachment(tnef(), maintype="application", subtype="ms-tnef", filename="winmail.dat")
put("world-tnef", message, "crlf")

hand("world-partial", head("partial", 'Content-Type: message/partial; id="p@example.test"; number=1; total=2\n') + "\nSubject: whole\nContent-Type: text/plain\n\nfirst half\n")
hand("world-external", head("external", "Content-Type: message/external-body; access-type=URL; url=\"https://example.test/x\"\n") + "\nContent-Type: application/pdf\n\n")
hand("world-global", head("global", MIXED) + "\n--bb\nContent-Type: message/global\nContent-Transfer-Encoding: 8bit\n\nFrom: jürgen@exämple.test\nSubject: Grüße\nContent-Type: text/plain; charset=utf-8\n\nText ü\n--bb--\n")
hand("world-digest", """From: list@example.test
Subject: Digest 7
MIME-Version: 1.0
Content-Type: multipart/digest; boundary=dd

--dd

From: ada@example.test
Subject: One

first
--dd
Content-Type: message/rfc822

From: bob@example.test
Subject: Two

second
--dd
Content-Type: text/plain

no message
--dd--
""")
hand("world-no-mime-version", "From: ada@example.test\nSubject: no version\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe\n")
hand("world-disposition-odd", head("odd", MIXED) + "\n--bb\nContent-Disposition: INLINE\n\ntext\n--bb\nContent-Type: image/png\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(PNG).decode() + "\n--bb\nContent-Type: image/gif\n\nGIF\n--bb\nContent-Type: text/plain\nContent-Disposition: something; filename=s.txt\n\ns\n--bb\nContent-Type: text/plain; name=late.txt\nContent-Disposition: attachment\n\nt\n--bb--\n")
hand("world-text-after-html", head("order", MIXED) + "\n--bb\nContent-Type: text/html\n\n<p>first</p>\n--bb\nContent-Type: text/plain\n\nsecond\n--bb--\n")
hand("world-text-with-name", head("named text", MIXED) + "\n--bb\nContent-Type: text/plain; name=readme.txt\nContent-Disposition: inline; filename=readme.txt\n\nread me\n--bb--\n")
hand("world-two-html", head("two", "Content-Type: multipart/alternative; boundary=bb\n") + "\n--bb\nContent-Type: text/plain\n\none\n--bb\nContent-Type: text/html\n\n<p>simple</p>\n--bb\nContent-Type: text/html\n\n<p>rich</p>\n--bb--\n")
hand("world-related-start", head("start", 'Content-Type: multipart/related; boundary=bb; start="<root@x>"; type="text/html"\n') + "\n--bb\nContent-Type: image/png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\n" + base64.b64encode(PNG).decode() + "\n--bb\nContent-Type: text/html\nContent-ID: <root@x>\n\n<img src=cid:pic@x>\n--bb--\n")

# ---- what else comes ------------------------------------------------------------------------------------------------------

def parts(name, *bodies, kind="mixed", boundary="bb", parameters="", before="", after="\n"):
    """A multipart by hand: each body is a header, an empty line and a text."""
    hand(name, head(name, f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\n') + "\n" + before + "".join(f"--{boundary}\n{body}\n" for body in bodies) + f"--{boundary}--{after}")


def encoded(octets):
    return base64.encodebytes(octets).decode()


PLAIN, HTML = "Content-Type: text/plain; charset=us-ascii\n\nplain text", "Content-Type: text/html; charset=us-ascii\n\n<p>html</p>"
PICTURE = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"

# Messages inside messages.
INNER = head("inner", "Content-Type: multipart/mixed; boundary=ii\n") + "\n--ii\n\ninner text\n--ii\nContent-Type: application/x-inner; name=i.bin\nContent-Transfer-Encoding: base64\n\nAAEC\n--ii--\n"
parts("more-rfc822-quoted", PLAIN, "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n" + INNER.replace("=", "=3D"))
parts("more-rfc822-8bit", PLAIN, "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: Grüße\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n")
parts("more-rfc822-named", PLAIN, "Content-Type: message/rfc822; name=\"Fwd.eml\"\nContent-Disposition: attachment; filename=\"Fwd.eml\"\n\n" + INNER)
parts("more-rfc822-inline", PLAIN, "Content-Type: message/rfc822\nContent-Disposition: inline\n\n" + INNER)
parts("more-rfc822-open-end", PLAIN, "Content-Type: message/rfc822\n\n" + INNER.replace("--ii--\n", ""))
parts("more-rfc822-same-boundary", PLAIN, "Content-Type: message/rfc822\n\n" + head("inner", MIXED) + "\n--bb\n\nwhose\n--bb--\n")
parts("more-rfc822-empty", PLAIN, "Content-Type: message/rfc822\n")
parts("more-rfc822-no-body", PLAIN, "Content-Type: message/rfc822\n\nSubject: only a header\n")
parts("more-rfc822-first", "Content-Type: message/rfc822\n\n" + INNER, PLAIN)
parts("more-rfc822-in-related", HTML, "Content-Type: message/rfc822\nContent-ID: <m@x>\n\n" + INNER, kind="related")
hand("more-rfc822-mbox", head("mbox inside", "Content-Type: message/rfc822\n") + "\nFrom ada@example.test Sun Nov 22 10:00:00 2026\n" + head("inner") + "\ninner text\n")

# Charsets and how they are named.
for number, (charset, codec) in enumerate([("UTF-16LE", "utf-16-le"), ("UTF-16BE", "utf-16-be"), ("utf-16", "utf-16"), ("UTF-32", "utf-32"), ('"ISO-8859-1"', "iso-8859-1"), ('"Windows-1252"', "cp1252"), ("X-SJIS", "shift_jis"), ("CP932", "shift_jis"), ("EUC_KR", "euc-kr"), ("big5_tw", "big5"), ("ISO_8859-15", "iso-8859-15"), ("UTF8", "utf-8"), ("utf-8 (eight bits)", "utf-8"), ("iso-8859-8-i", "iso-8859-8"), ("iso-8859-10", "iso-8859-10"), ("iso-8859-16", "iso-8859-16"), ("hz-gb-2312", "hz"), ("johab", "johab")]):
    text = {"shift_jis": "いろは", "euc-kr": "안녕하세요", "big5": "繁體中文", "iso-8859-8": "שלום", "hz": "你好", "johab": "안녕", "iso-8859-10": "Ąžuol", "iso-8859-16": "ȘȚ șț"}.get(codec, "Grüße, ça va")
    hand(f"more-charset-{number:02}", head("a charset", f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n") + "\n" + encoded((text + "\r\nzwei\r\n").encode(codec)))
hand("more-charset-html-meta", head("meta", "Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n") + '\n<meta charset=3D"iso-8859-1"><p>Gr=FC=DFe</p>\n')
hand("more-charset-jp-escapes-open", head("open", "Content-Type: text/plain; charset=iso-2022-jp\n") + "\n\x1b$B$3$s$K$A$O\x1b(B plain\n\x1b$B$F$9$H\n")

# Subjects.
MORE_SUBJECTS = [
    "=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=\n =?iso-2022-jp?B?GyRCJEskQRsoQg==?=", "=?ISO-2022-JP?Q?=1B$B$3$s=1B(B?=", "=?utf-8?b?8J+YgA==?= =?utf-8?b?8J+YgA==?=", "=?utf-8?b?8J8=?= =?utf-8?b?mIA=?=",
    "=?UTF-8?q?a?=\n\t=?utf-8?Q?b?=\n =?Utf-8?q?c?=", "=?utf-16?B?/v8ARwByAPw=?=", "=?utf-8?Q?a_=3D=5F_b?=", "=?windows-1251?B?z/Do4uXy?= [ticket #1]", "[list] =?utf-8?q?=E2=9C=93?=", "Re: Re: =?koi8-r?Q?=D0=D2?=",
    "\n only in the folded line", "a\n  b\n \t c", "tab\there", "ends with a backslash\\", "\"quoted\" and (comment)", "=?utf-8?q?=E2=80=AE?=abc", "x" * 900, "word " * 190 + "end", "=?utf-8?q?" + "a" * 300 + "?=", "100% = =",
]
for number, subject in enumerate(MORE_SUBJECTS):
    hand(f"more-subject-{number:02}", f"From: ada@example.test\nSubject: {subject}\nTo: bob@example.test\n\ntext\n")
raw("more-subject-windows-1252", crlf("From: ada@example.test\nSubject: “Grüße” – 5 €\n\ntext\n".encode("cp1252")))
raw("more-subject-raw-jp", crlf(b"From: ada@example.test\nSubject: \x1b$B$3$s\x1b(B\n\ntext\n"))
raw("more-subject-koi8", crlf("From: ada@example.test\nSubject: Привет\n\ntext\n".encode("koi8-r")))

# Folds and fields.
hand("more-fold-blank", "From: ada@example.test\nSubject: a\n \n b\n\ntext\n")
hand("more-fold-type", head("fold", "Content-Type:\n multipart/mixed;\n boundary\n =\n \"bb\"\n") + "\n--bb\n\ntext\n--bb--\n")
hand("more-fold-in-quotes", head("fold", 'Content-Type: multipart/mixed; boundary="b\n b"\n') + "\n--b b\n\ntext\n--b b--\n")
hand("more-field-space-before-colon", "From : ada@example.test\nSubject : spaced\nContent-Type : text/html\n\n<p>text</p>\n")
hand("more-field-lower", "from: ada@example.test\nsubject: lower\ncontent-type: TEXT/HTML; CHARSET=UTF-8\ncontent-transfer-encoding: Quoted-Printable\n\n<p>=C3=BC</p>\n")
hand("more-field-no-space", "From:ada@example.test\nSubject:tight\nContent-Type:text/plain;charset=utf-8\n\ntext\n")
hand("more-field-twice-encoding", head("twice", "Content-Type: text/plain\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n") + "\ndGV4dA0K\n")
parts("more-field-twice-type", "Content-Type: application/pdf; name=a.pdf\nContent-Type: text/plain\n\ntext", PLAIN)
parts("more-field-twice-disposition", "Content-Type: text/plain\nContent-Disposition: inline\nContent-Disposition: attachment; filename=x\n\ntext")

# Boundaries.
for number, boundary in enumerate(["a+b", "a'b()+_,-./:=?", "a b c", "^.*$", "[bb]", "b|c", "-", "----", "=_=", "bb--", "a\\\\b", "b" * 70, "b" * 71]):
    parts(f"more-boundary-{number:02}", PLAIN, HTML, boundary=boundary) if "\\" not in boundary else hand(f"more-boundary-{number:02}", head("escape", f'Content-Type: multipart/mixed; boundary="{boundary}"\n') + "\n--a\\b\n\ntext\n--a\\b--\n")
hand("more-boundary-spaces", head("spaces", MIXED) + "\n--bb\t \n\none\n--bb \t\nContent-Type: text/html\n\n<p>two</p>\n--bb--   \n\nepilogue\n--bb\n\nnot a part\n")
hand("more-boundary-comment", head("comment", "Content-Type: multipart/mixed (a kind); (the boundary) boundary=bb (its end)\n") + "\n--bb\n\ntext\n--bb--\n")
hand("more-boundary-2231", head("2231", "Content-Type: multipart/mixed; boundary*0=b; boundary*1=b\n") + "\n--bb\n\ntext\n--bb--\n")
hand("more-boundary-inner-open-twice", head(more=MIXED) + "\n--bb\nContent-Type: multipart/mixed; boundary=cc\n\n--cc\nContent-Type: multipart/alternative; boundary=dd\n\n--dd\n\ndeep\n--bb\nContent-Type: text/html\n\n<p>outer</p>\n--bb--\n")
hand("more-boundary-inner-end-missing", head(more=MIXED) + "\n--bb\nContent-Type: multipart/alternative; boundary=cc\n\n--cc\n\ntext\n--cc\nContent-Type: text/html\n\n<p>html</p>\n\n--bb--\n")
hand("more-boundary-inner-never", head(more=MIXED) + "\n--bb\nContent-Type: multipart/alternative; boundary=cc\n\ninner words\n\n--bb\n\nouter\n--bb--\n")
hand("more-boundary-never-long", head(more=MIXED) + "\n" + "a line of text\n" * 5000)
hand("more-boundary-after-end", head(more=MIXED) + "\n--bb--\n--bb\n\nlate\n--bb--\n")
hand("more-boundary-at-once", head(more=MIXED)[:-1] + "\n--bb\n\ntext\n--bb--\n")
hand("more-boundary-missing-base64", head("no parameter", "Content-Type: multipart/mixed\nContent-Transfer-Encoding: base64\n") + "\n" + encoded(b"text in base64\r\n"))
raw("more-boundary-bare-cr", crlf(head(more=MIXED)) + b"\r\n--bb\r\n\r\ntext\r--bb\rmore\r\n--bb--\r\n")
raw("more-boundary-no-final-line-end", crlf(head(more=MIXED)) + b"\r\n--bb\r\n\r\ntext\r\n--bb--")
parts("more-epilogue", PLAIN, after="\n\nepilogue\n--bbb\n")

# Parameters.
MORE_PARAMETERS = [
    "filename*0*=utf-8''%C3%A4; filename*1=%C3%A4; filename*2*=%C3%A4.txt", "filename*=UTF-8''a%20b%28c%29.txt", "filename*=utf-8'en-US'a%27b.txt", "filename*0=a; filename*2=c; filename*1=b", "filename*=shift_jis''%82%A2%82%EB.txt",
    'filename=(comment) "named.txt"', 'filename="named.txt" (comment)', "filename='single.txt'", 'filename="a.txt" ; size=10; creation-date="Sun, 22 Nov 2026 10:00:00 +0100"', 'filename="=?iso-8859-1?Q?gr=FC=DFe=2Etxt?="',
    'filename="a\tb.txt"', "filename=a.b.c.tar.gz;", 'filename="report (1).pdf"', "filename=report(1).pdf", 'filename="ends with dot."', 'filename="  padded.txt  "', "; filename=semicolon-first.txt", "filename=%C3%A4.txt",
]
for number, parameter in enumerate(MORE_PARAMETERS):
    parts(f"more-parameter-{number:02}", PLAIN, f"Content-Type: application/octet-stream\nContent-Disposition: attachment; {parameter}\n\noctets")
for number, parameter in enumerate(["name=plain.txt", "name*=utf-8''%C3%A4.txt", 'name="=?utf-8?b?w6QudHh0?="', "name*0*=utf-8''%C3; name*1*=%A4.txt", "NAME=Upper.txt; x=y"]):
    parts(f"more-name-{number}", PLAIN, f"Content-Type: application/octet-stream; {parameter}\n\noctets")

# Flowed text, encodings.
hand("more-flowed-quotes", head("quotes", "Content-Type: text/plain; charset=us-ascii; format=flowed\n") + "\n>> deep \n>> quote\n> less \nnone\n>From stuffed\n")
hand("more-flowed-delsp-jp", head("delsp", "Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes\n") + "\n\x1b$B$3$s\x1b(B \n\x1b$B$K\x1b(B\n")
hand("more-flowed-upper", head("upper", 'Content-Type: text/plain; charset="US-ASCII"; FORMAT="Flowed"\n') + "\none \ntwo\n")
hand("more-quoted-text-soft", head("soft", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n") + "\nGr=C3=\n=BC=C3=9Fe=\n")
hand("more-quoted-lf", head("LF", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n") + "\none=0Atwo=0D=0Athree=0Dfour\n")
hand("more-base64-text-bom", head("BOM", "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n") + "\n" + encoded("no mark ü\r\n".encode("utf-16-le")))
hand("more-base64-crlf-inside", head("line ends", "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n") + "\n" + encoded(b"<p>one\r\ntwo\nthree\r</p>"))
hand("more-base64-dashes", head("dashes", MIXED) + "\n--bb\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\nAAAA\n--\nBBBB\n--bb--\n")

# Structures.
parts("more-alternative-html-first", HTML, PLAIN, kind="alternative")
parts("more-alternative-calendar", PLAIN, "Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nEND:VCALENDAR", kind="alternative")
parts("more-alternative-attachment", PLAIN, "Content-Type: text/html\nContent-Disposition: attachment; filename=page.html\n\n<p>attached</p>", kind="alternative")
parts("more-alternative-one", HTML, kind="alternative")
parts("more-alternative-empty-text", "Content-Type: text/plain\n\n", HTML, kind="alternative")
parts("more-related-start-last", PICTURE + "Content-ID: <p@x>\n\n" + encoded(PNG), PICTURE + "Content-ID: <q@x>\nContent-Disposition: inline; filename=q.png\n\n" + encoded(PNG), "Content-Type: text/html\nContent-ID: <r@x>\n\n<p>", kind="related", parameters='; start="<r@x>"')
parts("more-related-no-id", HTML, PICTURE + "\n" + encoded(PNG), kind="related")
parts("more-related-plain-root", PLAIN, PICTURE + "Content-ID: <p@x>\n\n" + encoded(PNG), kind="related")
parts("more-inline-attachments", PLAIN, PICTURE + "Content-Disposition: inline\n\n" + encoded(PNG), "Content-Type: application/pdf\nContent-Disposition: inline; filename=i.pdf\n\nPDF", "Content-Type: audio/wav\n\nRIFF")
parts("more-text-named-first", "Content-Type: text/plain; name=log.txt\n\nlog", PLAIN)
parts("more-text-named-second", PLAIN, "Content-Type: text/plain; name=log.txt\nContent-Disposition: inline; filename=log.txt\n\nlog")
parts("more-text-csv", PLAIN, "Content-Type: text/csv; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\na;=FC")
parts("more-text-attachment-only", "Content-Type: text/plain\nContent-Disposition: attachment; filename=only.txt\n\nonly")
parts("more-html-attachment-first", "Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<p>a</p>", HTML, PLAIN)
parts("more-type-missing-picture", "Content-Disposition: attachment; filename=p.png\nContent-Transfer-Encoding: base64\n\n" + encoded(PNG))
parts("more-preamble-fields", PLAIN, before="Content-Type: text/html\nSubject: no field\n\n")
hand("more-digest-default", head("digest", "Content-Type: multipart/digest; boundary=dd\n") + "\n--dd\nContent-Type: multipart/mixed; boundary=ee\n\n--ee\n\ntext, not a message\n--ee--\n--dd\n\nSubject: a message\n\ninside\n--dd--\n")
hand("more-tnef-alone", head("TNEF", 'Content-Type: application/ms-tnef; name="winmail.dat"\nContent-Transfer-Encoding: base64\n') + "\n" + encoded(tnef()))

# Random structures, each with parts of all kinds.
def grow(depth, number):
    kind = chance.randrange(7)
    if depth == 0 or kind < 2:
        text = "".join(chance.choice("abc äöü 漢字\n") for _ in range(chance.randrange(1, 200)))
        part = EmailMessage()
        part.set_content(text, subtype=chance.choice(["plain", "html"]), cte=chance.choice(["quoted-printable", "base64", "8bit"]), charset="utf-8")
        return part
    if kind == 2:
        part = EmailMessage()
        part.set_content(chance.randbytes(chance.randrange(3000)), maintype=chance.choice(["application", "image", "audio"]), subtype="x-test",
                         cte="base64", filename=chance.choice([f"f{number}.bin", f"ä{number}.bin"]), disposition=chance.choice(["attachment", "inline"]))
        return part
    if kind == 3:
        part = EmailMessage()
        part.set_content(memo("Inner", text="inner\n"))
        return part
    part = EmailMessage()
    {4: part.make_mixed, 5: part.make_alternative, 6: part.make_related}[kind]()
    for child in range(chance.randrange(1, 5)):
        part.attach(grow(depth - 1, number * 5 + child))
    return part

for number in range(40):
    message = grow(4, number)
    message["From"] = f"Random {number} <r{number}@example.test>"
    message["Subject"] = f"Random {number} ü"
    put(f"random-{number:02}", message, "lf" if number % 2 else "crlf")

print(len(made))
