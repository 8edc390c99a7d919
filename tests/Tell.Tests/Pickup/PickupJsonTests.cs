using System.Text;
using Tell.Mail;
using Tell.Mta.Operations;
using Tell.Mta.Pickup;

namespace Tell.Tests.Pickup;

/// <summary>What a Memo in JSON may say, and what is said to one that may not.</summary>
public sealed class PickupJsonTests
{
    private const string Start = "{\"from\": \"ada@x.test\", \"to\": \"ben@x.test\"";

    [Fact]
    public void Every_field_is_read()
    {
        var memo = Read("""
            {
              "from": "ada@x.test", "to": ["Ben <ben@x.test>", "Sales"], "CC": "c@x.test", "bcc": ["d@x.test"], "replyTo": ["r@x.test"],
              "subject": "Grüße", "body": "one\ntwo", "html": "<p>one</p>", "principal": "boss@x.test",
              "inReplyTo": "1@x.test", "references": ["<0@x.test> <1@x.test>", "<2@x.test>"],
              "importance": "High", "priority": "low", "returnReceipt": true, "deliveryReport": "confirm",
              "files": [{"name": "a.txt", "type": "text/plain", "base64": "aGk="}, {"name": "l.png", "base64": "", "contentId": "<logo@x.test>"}],
            }
            """);
        Assert.Equal("ada@x.test", memo.From);
        Assert.Equal(["Ben <ben@x.test>", "Sales"], memo.To);
        Assert.Equal("c@x.test d@x.test r@x.test boss@x.test", $"{memo.Cc[0]} {memo.Bcc[0]} {memo.ReplyTo[0]} {memo.Principal}");
        Assert.Equal(("Grüße", "one\ntwo", "<p>one</p>"), (memo.Subject.Text, memo.Body, memo.Html));
        Assert.Equal("<1@x.test>", memo.InReplyTo.Value);
        Assert.Equal(["<0@x.test>", "<1@x.test>", "<2@x.test>"], memo.References.Select(id => id.Value));
        Assert.Equal((Importance.High, Priority.Low, true, DeliveryReport.Confirm), (memo.Importance, memo.Priority, memo.ReturnReceipt, memo.DeliveryReport));
        Assert.Equal(("a.txt", "text/plain", "hi"), (memo.Files[0].Name, memo.Files[0].MediaType, Encoding.ASCII.GetString(memo.Files[0].Octets.Span)));
        Assert.Equal(("l.png", 0, "logo@x.test"), (memo.Files[1].Name, memo.Files[1].Octets.Length, memo.Files[1].ContentId));
    }

    [Theory]
    [InlineData("{\"from\":\"a@x.test\",\n\"too\":\"b@x.test\"}", "line 2: field \"too\": there is no such field; did you mean \"to\"?")]
    [InlineData("{\"to\":\"b@x.test\"}", "field \"from\" is missing")]
    [InlineData("{\"from\":\"b@x.test\"}", "there is no recipient")]
    [InlineData(Start + ",\n\n\"to\":\"c@x.test\"}", "line 3: field \"to\": it is there twice")]
    [InlineData(Start + ",\n\"subject\": 7}", "line 2: field \"subject\": expected a text")]
    [InlineData(Start + ",\"subject\": \"x\\r\\nBcc: spy@x.test\"}", "line 1: field \"subject\": it is one line")]
    [InlineData("{\"from\":\"a@x.test\\r\\nRCPT TO:<b@x.test>\",\"to\":\"b@x.test\"}", "field \"from\": it is one line")]
    [InlineData("{\"from\":\"a@x.test\",\"to\":[\"b@x.test\\u0000\"]}", "field \"to\": each is one line")]
    [InlineData("{\"from\":\"a@x.test\",\"to\":[\"b@x.test\",[\"c@x.test\"]]}", "field \"to\": expected a text or a list of texts")]
    [InlineData("{\"from\":\"a@x.test\",\"to\":[\"\"]}", "field \"to\": one of them is empty")]
    [InlineData(Start + ",\"body\": \"\\ud800\"}", "field \"body\": it is not valid UTF-8 text")]
    [InlineData(Start + ",\"importance\": \"very\"}", "field \"importance\": expected one of normal, high, low")]
    [InlineData(Start + ",\"returnReceipt\": \"yes\"}", "field \"returnReceipt\": expected true or false")]
    [InlineData(Start + ",\"inReplyTo\": \"a b\"}", "field \"inReplyTo\": expected a message id")]
    [InlineData(Start + ",\"files\": {}}", "field \"files\": expected a list of files")]
    [InlineData(Start + ",\"files\": [\"/etc/passwd\"]}", "field \"files\": expected a file")]
    [InlineData(Start + ",\"files\": [{\"name\":\"a\",\"path\":\"/etc/passwd\"}]}", "field \"path\": a file of this machine cannot be named")]
    [InlineData(Start + ",\"files\": [{\"name\":\"a\"}]}", "the file needs its octets in \"base64\"")]
    [InlineData(Start + ",\"files\": [{\"base64\":\"\"}]}", "a file needs a \"name\"")]
    [InlineData(Start + ",\"files\": [{\"name\":\"a\",\"base64\":\"%%\"}]}", "field \"base64\": expected the octets of the file in base64")]
    [InlineData(Start + ",\"files\": [{\"name\":\"a\",\"base64\":\"\",\"type\":\"text/plain; x=y\"}]}", "is no media type")]
    [InlineData(Start + ",\"files\": [{\"name\":\"a\",\"base64\":\"\",\"contentId\":\"a b\"}]}", "cannot be a Content-ID")]
    [InlineData(Start + "}\n{}", "line 2: something follows the Memo: one file, one Memo")]
    [InlineData(Start + "}\nx", "line 2: something follows the Memo: one file, one Memo")]
    [InlineData(Start, "line 1: the file ends before the Memo does: write it under another name and rename it when it is whole")]
    [InlineData(Start + ",\n\"subject\": \"no en", "line 2: the file ends before the Memo does")]
    [InlineData(Start + ",\n\"subject\":\n\n", "line 4: the file ends before the Memo does")]
    [InlineData(Start + ",\n\"returnReceipt\": tr", "line 2: the file ends before the Memo does")]
    [InlineData("[]", "line 1: expected a Memo")]
    [InlineData("", "line 1: the file is empty: write it under another name and rename it when it is whole")]
    [InlineData(" \r\n\t", "line 1: the file is empty")]
    [InlineData("{", "line 1: the file ends before the Memo does")]
    [InlineData("\u0000\u0001", "line 1: not JSON from the sign U+0000 on: a Memo begins with \"{\"")]
    [InlineData("From: ada@x.test\n", "line 1: not JSON from \"F\" on: a Memo begins with \"{\"")]
    [InlineData("{'from': 'a@x.test'}", "line 1: not JSON from \"'\" on: the name of a field stands in double quotation marks")]
    [InlineData("{\n  from: \"a@x.test\"}", "line 2: not JSON from \"f\" on: the name of a field stands in double quotation marks")]
    [InlineData(Start + "\n\"subject\": \"x\"}", "line 2: not JSON from \"\"\" on: a comma stands between two fields or values")]
    [InlineData(Start + ",\n\"subject\" \"x\"}", "line 2: not JSON from \"\"\" on: a colon stands between the name of a field and its value")]
    [InlineData(Start + ",\n\"subject\": x}", "line 2: not JSON from \"x\" on: a text stands in double quotation marks")]
    [InlineData("{\"from\":\"a@x.test\",\"to\":[\"b@x.test\"\n\"c@x.test\"]}", "line 2: not JSON from \"\"\" on: a comma stands between two fields or values")]
    [InlineData("{\"from\":\"a@x.test\",\"to\":[\"b@x.test\"}", "line 1: not JSON from \"}\" on: a list ends with \"]\"")]
    [InlineData(Start + ",\n\"body\": \"one\ntwo\"}", "line 2: a line end stands within a text: write it as \\n, or end the text with a double quotation mark")]
    [InlineData(Start + ",\n\"body\": \"one\ttwo\"}", "line 2: the sign U+0009 stands within a text: write it as \\u0009")]
    [InlineData(Start + ",\n\"body\": \"C:\\mail\"}", "line 2: \"\\m\" means nothing within a text: a backslash is written \\\\")]
    public void What_is_wrong_is_said_with_its_line_and_field(string json, string problem)
    {
        var (memo, problems) = PickupJson.Read(Encoding.UTF8.GetBytes(json));
        Assert.Null(memo);
        Assert.Contains(problem, string.Join('\n', problems), StringComparison.Ordinal);
        Assert.DoesNotContain(problems, line => line.AsSpan().ContainsAny("\r\n\0"));
    }

    [Fact]
    public void All_problems_are_said_at_once_but_not_a_thousand()
    {
        var (_, two) = PickupJson.Read("{\"subjct\": 1,\n\"boby\": 2}"u8);
        Assert.Equal(["line 1: field \"subjct\": there is no such field; did you mean \"subject\"?", "line 2: field \"boby\": there is no such field; did you mean \"body\"?"], two.Take(2));
        var (_, many) = PickupJson.Read(Encoding.UTF8.GetBytes("{" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"\"x{i}\": 1,")) + "\"y\":1}"));
        Assert.InRange(many.Count, 1, 20);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void A_file_that_is_nothing_but_depth_is_refused_at_once(char open)
    {
        var bomb = "{\"from\":" + string.Concat(Enumerable.Repeat(open == '[' ? "[" : "{\"a\":", 1_000_000));
        var (memo, problems) = PickupJson.Read(Encoding.UTF8.GetBytes(bomb));
        Assert.Null(memo);
        Assert.Contains(problems, problem => problem.Contains("line 1: lists and objects stand in one another too deep for a Memo", StringComparison.Ordinal));
    }

    [Fact]
    public void A_mark_of_UTF_8_and_comments_do_no_harm() =>
        Assert.Equal("ada@x.test", Read("\uFEFF// by hand\n" + Start + "}").From);

    [Fact]
    public void No_octets_make_it_throw()
    {
        var random = new Random(7);
        var seed = Encoding.UTF8.GetBytes(Start + ",\"files\":[{\"name\":\"a\",\"base64\":\"aGk=\"}],\"references\":[\"<a@b>\"],\"subject\":\"x\\u00e4\"}");
        for (var i = 0; i < 50_000; i++)
        {
            var octets = seed.ToArray();
            for (var change = random.Next(1, 5); change > 0; change--)
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            var (memo, problems) = PickupJson.Read(octets.AsSpan(0, random.Next(4) == 0 ? random.Next(octets.Length) : octets.Length));
            Assert.True(memo is null == problems.Count > 0);
        }
    }

    private static PickupMemo Read(string json)
    {
        var (memo, problems) = PickupJson.Read(Encoding.UTF8.GetBytes(json));
        Assert.Empty(problems);
        return memo!;
    }
}
