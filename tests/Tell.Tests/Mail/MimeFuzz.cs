using System.Text;

namespace Tell.Tests.Mail;

/// <summary>Seeded messages that are nearly right, and what becomes of them on a bad way: the same seed gives the same octets.</summary>
internal sealed class MimeFuzz(int seed)
{
    private static readonly string[] Types =
    [
        "text/plain", "text/html; charset=utf-8", "TEXT/Plain; charset=\"iso-8859-1\" (c (d) e)", "application/pdf; name=a b.pdf", "message/rfc822", "image/png; name*0*=utf-8''%e6%bc%a2; name*1=b",
        "text", "/", "a/b/c", "text/plain charset=x", "multipart/mixed", "message/delivery-status", "=?utf-8?q?text?=", "application/octet-stream; name=\"=?utf-8?B?w6k=?=.txt",
    ];

    private static readonly string[] Encodings = ["7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "BASE64 ", "(c) base64", "x-new", "", "base64; x"];

    private static readonly string[] Boundaries = ["b", "bb", "b--", "=_x", "a b", "outer:1", new string('l', 70), new string('m', 998), "-", "--", "é", "b "];

    private static readonly string[] Lines =
    [
        "", " ", "text", "--", "--b", "--b--", "--bb", "-", "--b \t", "a=3Db=", "=", "=4", "==41", "a  ", "QUJD", "QUI=", "QQ==", "QQ==QQ==", "Q*Q", "begin 644 x", "#86)C", "end", "`", "From a",
        "X: y", "Content-Type: text/html", "\r", "\0", "\u00e9\u00ff", ".", "--b:", "\t--b",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next message.</summary>
    public byte[] Next()
    {
        var text = new StringBuilder();
        var end = _random.Next(4) == 0 ? "\n" : "\r\n";
        Entity(text, end, 0, []);
        var octets = new List<byte>(Encoding.Latin1.GetBytes(text.ToString()));
        if (_random.Next(2) == 0)
            Damage(octets);
        return [.. octets];
    }

    private T Any<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    private bool OneIn(int count) => _random.Next(count) == 0;

    private void Entity(StringBuilder text, string end, int depth, List<string> open)
    {
        if (depth == 0 && OneIn(10))
            text.Append(Any(["From a@x Sat Jan  1 00:00:00 2000", ">From x", " folded", ":", "-"])).Append(end);
        for (var i = _random.Next(3); i > 0; i--)
            text.Append(Any(["Subject: x", "X-Folded: a" + end + " b", "To : c", "Content-ID: <a@b>", "no field", "X:", "Content-Disposition: attachment; filename=\"a\\\"b\""])).Append(end);
        var isMultipart = depth < 6 && OneIn(depth == 0 ? 2 : 3);
        var boundary = OneIn(4) && open.Count > 0 ? Any(open) : Any(Boundaries);
        if (isMultipart)
            text.Append($"Content-Type: multipart/{Any(["mixed", "alternative", "digest", "signed", "x"])}; boundary={(OneIn(3) ? boundary : $"\"{boundary}\"")}").Append(end);
        else if (!OneIn(3))
            text.Append("Content-Type: ").Append(Any(Types)).Append(end);
        if (!OneIn(3))
            text.Append("Content-Transfer-Encoding: ").Append(isMultipart && !OneIn(8) ? "8bit" : Any(Encodings)).Append(end);
        if (!OneIn(12))
            text.Append(end);
        if (isMultipart)
            Parts(text, end, depth, [.. open, boundary], boundary);
        else
            Body(text, end, open);
    }

    private void Parts(StringBuilder text, string end, int depth, List<string> open, string boundary)
    {
        if (OneIn(2))
            Body(text, end, open);
        for (var i = _random.Next(4); i > 0; i--)
        {
            text.Append(OneIn(12) ? "" : end).Append("--").Append(boundary).Append(OneIn(8) ? "  \t" : "").Append(end);
            Entity(text, end, depth + 1, open);
        }
        if (!OneIn(4))
            text.Append(end).Append("--").Append(boundary).Append("--").Append(OneIn(6) ? "" : end);
        if (OneIn(3))
            Body(text, end, open);
    }

    private void Body(StringBuilder text, string end, List<string> open)
    {
        for (var i = _random.Next(8); i > 0; i--)
        {
            if (OneIn(12) && open.Count > 0)
                text.Append("--").Append(Any(open)).Append(Any(["", "--", "x", " ", "-"]));
            else if (OneIn(60))
                text.Append(Any(["--b", "a", "=", "QQ==", "--"])).Append(Any([' ', '\t', 'x', '-']), _random.Next(3000));
            else
                text.Append(Any(Lines));
            text.Append(OneIn(12) ? Any(["\r", "\n", "\r\r\n", "", "\n\n"]) : end);
        }
    }

    private void Damage(List<byte> octets)
    {
        for (var i = _random.Next(1, 6); i > 0 && octets.Count > 0; i--)
        {
            var at = _random.Next(octets.Count);
            switch (_random.Next(6))
            {
                case 0:
                    octets[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    octets.RemoveAt(at);
                    break;
                case 2:
                    octets.Insert(at, Any("\r\n-=:; \t\0\""u8.ToArray()));
                    break;
                case 3:
                    octets.RemoveRange(at, octets.Count - at);
                    break;
                case 4:
                    octets.RemoveRange(at, Math.Min(octets.Count - at, _random.Next(20)));
                    break;
                default:
                    var copy = octets.GetRange(at, Math.Min(octets.Count - at, _random.Next(60)));
                    octets.InsertRange(_random.Next(octets.Count), copy);
                    break;
            }
        }
    }
}
