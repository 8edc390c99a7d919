using System.Net;
using System.Text;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;
using Tell.Mta.Routing;
using Tell.Tests.Mta;

namespace Tell.Tests.LocalDelivery;

/// <summary>Users whose mail goes to LMTP servers, two of them, and what their senders hear.</summary>
public sealed class LmtpLaneTests
{
    private const string Socket = "/run/one";

    private readonly Town _town = new();
    private readonly LmtpPeer _one, _two;

    public LmtpLaneTests()
    {
        _one = new LmtpPeer(_town.World, _town.Node.Address);
        _two = new LmtpPeer(_town.World, IPAddress.Parse("192.0.2.99"));
    }

    private void Run(Func<Task> story) => _town.Run(async () =>
    {
        _one.UpAt(Socket);
        await _two.UpAsync();
        await _town.PersonAsync("ada", route: $"lmtp:{Socket}");
        await _town.PersonAsync("abe", route: $"lmtp:{Socket}");
        await _town.PersonAsync("bob", route: "lmtp:192.0.2.99");
        await _town.PersonAsync("carol");
        await story();
    });

    private static IEnumerable<string> To(LmtpPeer store) => store.Filed.Select(filed => filed.Recipient).Order();

    private static int Failures(string report) => report.Split("Final-Recipient:").Length - 1;

    [Fact]
    public void A_Memo_of_ours_for_two_servers_a_mail_file_and_the_Internet_reaches_each_once() => Run(async () =>
    {
        await _town.Node.SendAsync("carol@home.test", "ada@home.test, bob@home.test, carol@home.test, x@far.test, abe@home.test", "Plan");
        await _town.SettledAsync();
        Assert.Equal(["abe@home.test", "ada@home.test"], To(_one));
        Assert.Equal(["bob@home.test"], To(_two));
        Assert.Single(_town.Node.MailFile("carol"));
        Assert.Equal("x@far.test", Assert.Single(Assert.Single(_town.Peer.Mail).Envelope.Recipients).Address.ToString());
        Assert.All(_one.Filed.Concat(_two.Filed), filed => Assert.Contains("Subject: Plan\r\n", filed.Message));
    });

    [Fact]
    public void A_message_from_outside_does_the_same_and_its_octets_are_the_same_everywhere() => Run(async () =>
    {
        const string message = "From: eve@away.test\r\nSubject: Plan\r\n\r\n.dot\r\n";
        await _town.PersonAsync("dan", forward: "x@far.test, ada@home.test");
        await _town.SendAsync("ada@home.test, bob@home.test, carol@home.test, abe@home.test, dan@home.test", message);
        await _town.SettledAsync();
        Assert.Equal(["abe@home.test", "ada@home.test"], To(_one));
        Assert.Equal(["bob@home.test"], To(_two));
        Assert.All(_one.Filed.Concat(_two.Filed), filed => Assert.EndsWith(message, filed.Message));
        Assert.EndsWith(message, Assert.Single(_town.Peer.Mail).Message);
        Assert.EndsWith(message, _town.Node.Read("carol", Assert.Single(_town.Node.MailFile("carol"))));
        Assert.Empty(_town.Reports);
    });

    [Fact]
    public void A_blind_copy_behind_LMTP_is_seen_by_nobody_else() => Run(async () =>
    {
        await _town.Node.SendAsync("carol@home.test", "ada@home.test", "Plan", bcc: "abe@home.test, bob@home.test");
        await _town.SettledAsync();
        Assert.Equal(["abe@home.test", "ada@home.test"], To(_one));
        Assert.Equal(["bob@home.test"], To(_two));
        Assert.DoesNotContain("abe@home.test", _one.Filed.Single(filed => filed.Recipient == "ada@home.test").Message);
        Assert.DoesNotContain("bob@home.test", string.Concat(_one.Filed.Select(filed => filed.Message)));
        Assert.DoesNotContain("abe@home.test", _two.Filed[0].Message);
    });

    [Fact]
    public void Over_quota_at_an_LMTP_server_is_one_report_for_each_recipient_and_the_others_have_theirs() => Run(async () =>
    {
        _one.OnMessage = recipient => recipient.StartsWith("ada", StringComparison.Ordinal) ? "552 5.2.2 mailbox is full" : null;
        _two.OnRecipient = _ => "550 5.1.1 no such user";
        await _town.SendAsync("ada@home.test, bob@home.test, carol@home.test, abe@home.test");
        await _town.SettledAsync(TimeSpan.FromHours(6));
        Assert.Equal(["abe@home.test"], To(_one));
        Assert.Single(_town.Node.MailFile("carol"));
        var reports = _town.Reports.ToArray();
        Assert.Equal(2, reports.Sum(Failures));
        Assert.Single(reports, report => report.Contains("Final-Recipient: rfc822; ada@home.test\r\n") && report.Contains("Status: 5.2.2\r\n"));
        Assert.Single(reports, report => report.Contains("Final-Recipient: rfc822; bob@home.test\r\n") && report.Contains("Status: 5.1.1\r\n"));
        Assert.All(_town.Peer.Mail, mail => Assert.Equal("eve@away.test", Assert.Single(mail.Envelope.Recipients).Address.ToString()));
    });

    [Fact]
    public void A_failure_behind_LMTP_of_a_Memo_of_ours_is_told_to_its_author_once() => Run(async () =>
    {
        _one.OnMessage = _ => "552 5.2.2 mailbox is full";
        await _town.Node.SendAsync("carol@home.test", "ada@home.test, abe@home.test");
        await _town.SettledAsync(TimeSpan.FromHours(6));
        Assert.NotEmpty(_town.Node.MailFile("carol"));
        Assert.All(_town.Node.MailFile("carol"), report => Assert.Equal(Forms.NonDeliveryReport, report.Form));
        Assert.Equal(["abe@home.test", "ada@home.test"], _town.Node.MailFile("carol").SelectMany(report => report[ItemNames.IntendedRecipient]!.Texts).Order());
    });

    // The way changes while the Memo waits in SMTP.BOX: it goes the new way, and not to a host that nobody runs.
    [Theory]
    [InlineData("file")]
    [InlineData("group")]
    [InlineData("other server")]
    public void Whose_way_changes_before_the_conversion_has_the_mail_by_the_new_one(string way) => Run(async () =>
    {
        await _town.Node.Operations.StopAsync(TaskSelection.OutboundConversion, CancellationToken.None);
        await _town.SendAsync("ada@home.test, abe@home.test");
        await _town.World.Until(() => _town.Node.In(WorkQueue.SmtpBox).Count == 1, "it is in SMTP.BOX");
        if (way == "group")
        {
            var names = await _town.Node.OpenAsync("names");
            await names.DeleteAsync((await names.ViewAsync(Forms.Person, null, 99, CancellationToken.None)).Single(person => person[Persons.ShortName]!.Text == "ada").Id, CancellationToken.None);
            await _town.GroupAsync("ada", "carol@home.test", "x@far.test");
        }
        else
        {
            await _town.PersonAsync("ada", route: way == "file" ? "" : "lmtp:192.0.2.99");
        }
        await _town.Node.Operations.StartAsync(TaskSelection.OutboundConversion, CancellationToken.None);
        await _town.SettledAsync(TimeSpan.FromHours(6));
        Assert.Equal(["abe@home.test"], To(_one));
        Assert.Equal(way == "other server" ? ["ada@home.test"] : [], To(_two));
        Assert.Equal(way == "file" ? 1 : 0, _town.Node.MailFile("ada").Count);
        Assert.Equal(way == "group" ? 1 : 0, _town.Node.MailFile("carol").Count);
        Assert.Equal(way == "group" ? 1 : 0, _town.Peer.Mail.Count);
        Assert.Empty(_town.Reports);
    });
}
