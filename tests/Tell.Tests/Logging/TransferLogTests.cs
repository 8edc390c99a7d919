using System.Text.Json;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Logging;

namespace Tell.Tests.Logging;

public sealed class TransferLogTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(2));
    private static readonly Unid Id = new((ulong)Now.AddMilliseconds(-1500).ToUnixTimeMilliseconds() << Unid.SequenceBits, 0x2A);

    private readonly List<string> _lines = [];

    private static readonly Recipient To = new(Mailbox.Parse("bob+x@b.test"));

    private static readonly Document Child = new()
    {
        Id = Id,
        Form = Forms.Message,
        Queue = WorkQueue.Outbound,
        Destination = "b.test",
        Parent = new Unid(1, 2),
        Content = new Content(7, 4096),
        Envelope = new Envelope
        {
            Sender = Mailbox.Parse("ada@a.test"),
            Recipients = [To, new Recipient(Mailbox.Parse("\"odd \\\"one\\\"\"@b.test"))],
            Submission = new Submission("ESMTP", "192.0.2.9", "client.test", null, "S1"),
        },
    };

    private static readonly Attempt Refused = new()
    {
        Time = Now,
        Host = "mx.b.test",
        Address = "192.0.2.1:25",
        Phase = "RCPT",
        Code = 450,
        Status = new EnhancedStatus(4, 2, 1),
        Text = "450 4.2.1 later\u001b[2J",
    };

    private TransferLog Log => new(new FixedTime(Now), _lines.Add);

    [Fact]
    public void Every_fact_is_one_line_with_time_fact_unid_and_parent()
    {
        var log = Log;
        log.Received(Child);
        log.Queued(Child, Id);
        log.Attempted(Child, Refused);
        log.Delivered(Child, To, Refused);
        log.Deferred(Child, To, Refused, Now.AddMinutes(5));
        log.Failed(Child, To with { LastStatus = new EnhancedStatus(5, 1, 1), LastReply = "550 no", LastHost = "mx" }, "refused");
        log.Reported(Child, Child with { Id = new Unid(3, 4) });
        log.Filed(Child, To, "mail/bob");
        log.Dead(Child, "damaged");
        Assert.Equal(
            ["received", "queued", "attempt", "delivered", "deferred", "failed", "reported", "filed", "dead"],
            _lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("fact").GetString()));
        Assert.All(_lines, line =>
        {
            var json = JsonDocument.Parse(line).RootElement;
            Assert.Equal("2026-02-03T02:05:06.789Z", json.GetProperty("time").GetString());
            Assert.Equal(Id.ToString(), json.GetProperty("unid").GetString());
            Assert.Equal("00000000000000010000000000000002", json.GetProperty("parent").GetString());
            Assert.Equal("SMTPOBWQ", json.GetProperty("queue").GetString());
            Assert.DoesNotContain(line, c => char.IsControl(c));
        });
    }

    [Fact]
    public void The_lines_read_as_documented()
    {
        var log = Log;
        log.Received(Child with { Parent = null });
        log.Deferred(Child, To, Refused, Now.AddMinutes(5));
        log.Filed(Child, To, "mail/bob");
        const string Start = "{\"time\":\"2026-02-03T02:05:06.789Z\",\"fact\":";
        Assert.Equal(
            Start + $"\"received\",\"unid\":\"{Id}\",\"queue\":\"SMTPOBWQ\",\"from\":\"ada@a.test\",\"to\":[\"bob+x@b.test\",\"\\\"odd \\\\\\\"one\\\\\\\"\\\"@b.test\"],\"size\":4096,\"protocol\":\"ESMTP\",\"client\":\"192.0.2.9\",\"helo\":\"client.test\",\"session\":\"S1\"}}",
            _lines[0]);
        Assert.Equal(
            Start + $"\"deferred\",\"unid\":\"{Id}\",\"parent\":\"00000000000000010000000000000002\",\"queue\":\"SMTPOBWQ\",\"from\":\"ada@a.test\",\"to\":[\"bob+x@b.test\"],\"size\":4096,\"host\":\"mx.b.test\",\"address\":\"192.0.2.1:25\",\"phase\":\"RCPT\",\"code\":450,\"status\":\"4.2.1\",\"reply\":\"450 4.2.1 later\\u001B[2J\",\"due\":\"2026-02-03T02:10:06.789Z\"}}",
            _lines[1]);
        Assert.EndsWith("\"mailfile\":\"mail/bob\",\"age\":1500}", _lines[2]);
    }

    [Fact]
    public void The_null_sender_is_an_empty_text_and_a_document_without_envelope_is_no_trouble()
    {
        var log = Log;
        log.Received(Child with { Envelope = Child.Envelope! with { Sender = null } });
        log.Dead(Child with { Envelope = null, Content = null }, "damaged");
        Assert.Contains("\"from\":\"\"", _lines[0]);
        Assert.DoesNotContain("\"from\"", _lines[1]);
    }

    [Fact]
    public void A_long_line_is_whole_and_the_next_one_is_not_touched_by_it()
    {
        var log = Log;
        log.Received(Child with { Envelope = Child.Envelope! with { Recipients = [.. Enumerable.Range(0, 5000).Select(i => new Recipient(Mailbox.Parse($"user{i}@b.test")))] } });
        log.Filed(Child, To, "mail/bob");
        Assert.Equal(5000, JsonDocument.Parse(_lines[0]).RootElement.GetProperty("to").GetArrayLength());
        Assert.Equal("filed", JsonDocument.Parse(_lines[1]).RootElement.GetProperty("fact").GetString());
    }

    [Fact]
    public void Many_threads_write_whole_lines()
    {
        var lines = new System.Collections.Concurrent.ConcurrentBag<string>();
        var log = new TransferLog(new FixedTime(Now), lines.Add);
        Parallel.For(0, 2000, i => log.Filed(Child with { Id = new Unid(9, (ulong)i) }, To, "mail/" + i));
        Assert.Equal(2000, lines.Select(line => JsonDocument.Parse(line).RootElement).Count(json => json.GetProperty("mailfile").GetString() == "mail/" + Convert.ToInt32(json.GetProperty("unid").GetString()![16..], 16)));
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
