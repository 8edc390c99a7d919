using Tell.Documents;
using Tell.Mail;
using Tell.Tests.Mta;

namespace Tell.Tests.Commands;

/// <summary>QUEUE DEAD, HELD, READ, EDIT, RELEASE, DELETE, HOLD and RETURN as people type them.</summary>
public sealed class QueueCommandTests : IDisposable
{
    private readonly ConsoleWorld _console = new();

    public void Dispose() => _console.Dispose();

    [Fact]
    public void A_dead_document_is_found_looked_at_mended_and_sent_on() => _console.Run(async () =>
    {
        Assert.Equal("0 documents dead.", await _console.SayAsync("queue dead"));
        var dead = StoppedMail.Of("a@x.test", "b@y.test", reason: "550 no\u001b[31m such user");
        var id = await _console.PutAsync(dead, "From: a@x.test\r\nSubject: hello\r\n\r\nbell \u0007 and \u001b[31mred\r\n");
        var listed = (await _console.SayAsync("queue dead")).Split('\n');
        Assert.Matches("^  UNID +Since +Queue$", listed[0]);
        Assert.Matches($"^  {id}  \\d{{4}}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ  SMTPOBWQ$", listed[1]);
        Assert.Equal("      a@x.test -> b@y.test: 550 no\\x1b[31m such user", listed[2]);
        Assert.Equal("1 document dead.", listed[3]);
        Assert.Contains(id.ToString(), await _console.SayAsync("queue dead smtpobwq from=a@x.test"));
        Assert.Equal("0 documents dead.", await _console.SayAsync("QUEUE DEAD mail.box"));

        Assert.EndsWith($"QUEUE RELEASE {id} sends it on, QUEUE EDIT changes sender and recipients, QUEUE RETURN gives it back, QUEUE DELETE deletes it.", await _console.SayAsync($"queue {id}"));
        var read = await _console.SayAsync($"queue read {id}");
        Assert.Contains("hello", read);
        Assert.Contains("bell \\x07 and \\x1b[31mred", read);
        Assert.StartsWith("From: a@x.test\nSubject: hello\n\nbell \\x07", await _console.SayAsync($"queue read {id} --raw"));

        Assert.Equal($"{id} edited: FROM=<> TO=b@y.test:c@y.test ADD=d@y.test. QUEUE RELEASE {id} sends it.", await _console.SayAsync($"queue edit {id} from=<> to=b@y.test:c@y.test add=d@y.test"));
        Assert.Equal("1 document released.", await _console.SayAsync($"queue release {id}"));
        Assert.Equal($"{id} is not dead or held.", await _console.RefusedAsync($"queue release {id}"));
        Assert.Contains("Released", await _console.SayAsync($"queue {id}"));
    });

    [Fact]
    public void Programs_get_a_line_of_JSON_for_each_document() => _console.Run(async () =>
    {
        const string reason = "550 5.1.1 \u001b[31m\u202e No \"such\" user";
        var id = await _console.PutAsync(StoppedMail.Of("somebody.with.a.long.name@department.of.something.example.test", "a.reader@y.test,b@y.test", reason: reason), "Subject: x\r\n\r\n");
        var line = await _console.SayAsync("queue dead --json");
        Assert.DoesNotContain(line, c => char.IsControl(c) || c == '\u202e');
        var json = System.Text.Json.JsonDocument.Parse(line).RootElement;
        Assert.Equal((id.ToString(), "Dead", "SMTPOBWQ", reason, "QUEUE RELEASE"), (Text("unid"), Text("state"), Text("queue"), Text("reason"), Text("release")));
        Assert.Equal(["a.reader@y.test", "b@y.test"], json.GetProperty("recipients").EnumerateArray().Select(recipient => recipient.GetProperty("address").GetString()));
        Assert.Equal("", await _console.SayAsync("queue held --json"));

        string? Text(string name) => json.GetProperty(name).GetString();
    });

    [Fact]
    public void A_long_list_says_how_to_see_the_rest() => _console.Run(async () =>
    {
        for (var i = 0; i < 51; i++)
            await _console.PutAsync(StoppedMail.Of("a@x.test", $"u{i}@y.test"), "\r\n");
        var last = (await _console.SayAsync("queue dead smtpobwq from=@x.test \"reason=such user\"")).Split('\n')[^1];
        Assert.Matches("^There are more: QUEUE DEAD smtpobwq from=@x.test \"reason=such user\" AFTER=[0-9A-F]{32}$", last);
        var rest = (await _console.SayAsync(last["There are more: ".Length..])).Split('\n');
        Assert.Equal(("      a@x.test -> u50@y.test: 550 5.1.1 No such user", "1 document more dead."), (rest[^2], rest[^1]));
    });

    [Fact]
    public void A_report_that_waits_its_turn_says_until_when_and_why() => _console.Run(async () =>
    {
        var report = StoppedMail.Of("", "eve@far.test", DocumentState.Pending) with { Form = Forms.NonDeliveryReport, Destination = "report:far.test", Reason = null, Due = DateTimeOffset.MaxValue.AddDays(-1000) };
        var id = await _console.PutAsync(report, "\r\n");
        Assert.Matches($@"\n  {id}  Pending, due 9\S+ \S+Z  report:far\.test\n      <> -> eve@far\.test\n?", await _console.SayAsync("queue"));
        Assert.EndsWith("as many as SMTPMTA_ReportsPerRecipient (for one address) or SMTPMTA_ReportRate (in all) let leave have left. DELIVERNOW sends it at once.", await _console.SayAsync($"queue {id}"));
        var fresh = await _console.PutAsync(report with { Due = null }, "\r\n");
        Assert.DoesNotContain("DELIVERNOW", await _console.SayAsync($"queue {fresh}"));
    });

    // What is done is done to all that fit: a word that only lists know must not be passed over.
    [Fact]
    public void Nobody_deletes_all_who_meant_those_after_one() => _console.Run(async () =>
    {
        var first = await _console.PutAsync(StoppedMail.Of("a@x.test", "b@y.test"), "\r\n");
        await _console.PutAsync(StoppedMail.Of("a@x.test", "c@y.test"), "\r\n");
        foreach (var act in new[] { "delete dead --yes", "release dead", "return dead --yes", $"delete {first}" })
            Assert.StartsWith($"after={first} is not understood.\nUsage: QUEUE ", await _console.RefusedAsync($"queue {act} after={first}"));
        Assert.EndsWith("2 documents dead.", await _console.SayAsync("queue dead"));
    });

    [Fact]
    public void Many_are_counted_first_and_deleted_when_that_is_confirmed() => _console.Run(async () =>
    {
        for (var i = 0; i < 3; i++)
            await _console.PutAsync(StoppedMail.Of("a@x.test", $"u{i}@y.test"), "\r\n");
        await _console.PutAsync(StoppedMail.Of("a@x.test", "b@z.test", DocumentState.Held), "\r\n");
        Assert.Equal("3 documents would be deleted: say it again with --yes.", await _console.RefusedAsync("queue delete dead"));
        Assert.Equal("1 document would be deleted: say it again with --yes.", await _console.RefusedAsync("queue delete dead to=u1@y.test"));
        Assert.Equal("No document fits.", await _console.RefusedAsync("queue delete held to=@y.test"));
        Assert.Equal("1 document deleted.", await _console.SayAsync("queue delete dead to=u1@y.test --yes"));
        Assert.Equal("2 documents deleted.", await _console.SayAsync("queue delete dead --yes"));
        Assert.Contains("[QUEUE RELEASE]", await _console.SayAsync("queue held"));
        Assert.Equal("1 document released.", await _console.SayAsync("queue release held reason=550"));
    });

    [Fact]
    public void A_waiting_document_is_held_and_returned_with_a_reason() => _console.Run(async () =>
    {
        var id = await _console.PutAsync(
            new Document
            {
                Id = default,
                Form = Forms.Memo,
                Queue = WorkQueue.MailBox,
                Due = DateTimeOffset.MaxValue.AddDays(-1000),
                Envelope = new Envelope { Sender = Mailbox.Parse("ada@tell.test"), Recipients = [new Recipient(Mailbox.Parse("bob@tell.test"))] },
            },
            "\r\n");
        Assert.Equal("1 document would be held: say it again with --yes.", await _console.RefusedAsync("queue hold waiting queue=mail.box"));
        Assert.Equal("1 document held.", await _console.SayAsync("queue hold waiting queue=mail.box --yes reason=\"ask me\""));
        Assert.Contains("ask me (held by console)", await _console.SayAsync("queue held"));
        Assert.Equal("1 document returned.", await _console.SayAsync($"queue return {id} reason=\"not here\""));
        await _console.Pass(TimeSpan.FromMinutes(5));
        Assert.Contains("not here", await _console.SayAsync("mail ada read 1"));
    });

    [Theory]
    [InlineData("queue release", "Usage: QUEUE RELEASE")]
    [InlineData("queue release everything", "everything is no UNID (32 hex digits) and none of DEAD, HELD.")]
    [InlineData("queue release dead queue=nowhere", "nowhere is no queue: SMTPIBWQ, MAIL.BOX, SMTP.BOX, SMTPOBWQ.")]
    [InlineData("queue release dead colour=red", "colour=red is not understood.")]
    [InlineData("queue release dead from=", "from= is not understood.")]
    [InlineData("queue release 0123456789ABCDEF0123456789ABCDEF", "0123456789ABCDEF0123456789ABCDEF is in no queue.")]
    [InlineData("queue release 0123456789ABCDEF0123456789ABCDEF from=a@x.test", "FROM= chooses among many documents; a UNID names one.")]
    [InlineData("queue release dead 0123456789ABCDEF0123456789ABCDEF", "Usage: QUEUE RELEASE")]
    [InlineData("queue hold dead", "dead is no UNID (32 hex digits) and none of WAITING.")]
    [InlineData("queue read 1", "1 is no UNID (32 hex digits).")]
    [InlineData("queue read 0123456789ABCDEF0123456789ABCDEF", "No document 0123456789ABCDEF0123456789ABCDEF is in a queue.")]
    [InlineData("queue edit 0123456789ABCDEF0123456789ABCDEF", "Usage: QUEUE EDIT")]
    [InlineData("queue edit 0123456789ABCDEF0123456789ABCDEF from=nobody", "from=nobody: nobody is no address.")]
    [InlineData("queue edit 0123456789ABCDEF0123456789ABCDEF to=a@b.test", "to=a@b.test: TO= takes two addresses, OLD:NEW.")]
    [InlineData("queue edit 0123456789ABCDEF0123456789ABCDEF to=a@b.test:", "to=a@b.test:: TO= takes two addresses, OLD:NEW.")]
    [InlineData("queue edit 0123456789ABCDEF0123456789ABCDEF add=a@b.test", "0123456789ABCDEF0123456789ABCDEF is in no queue.")]
    public void What_is_wrong_is_said(string line, string answer) => _console.Run(async () => Assert.StartsWith(answer, await _console.RefusedAsync(line)));
}
