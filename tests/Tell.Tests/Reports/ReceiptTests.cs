using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;
using Tell.Tests.LocalDelivery;

namespace Tell.Tests.Reports;

/// <summary>A return receipt that is interrupted: asked for again there is one, never two, and what is answered is so (RFC 8098 2.1).</summary>
public sealed class ReceiptTests
{
    // Into the mail file: that one is begun, and that it was sent. In between the receipt is put.
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void A_mail_file_that_fails_in_the_midst_leaves_the_same_to_be_said_again_and_one_receipt(int write, bool away) => Run(away, async (town, document) =>
    {
        var puts = 0;
        town.Node.Stores.BeforeFile = verb => verb == "put mail/bob" && ++puts == write ? new StoreException(StoreFault.InUse, "Not now.") : null;
        await Assert.ThrowsAsync<StoreException>(() => AskAsync(town, document));
        Assert.Equal(write - 1, town.Node.Stat(Stat.Receipts));
        Assert.NotNull((await AskAsync(town, document)).To);
        await ExactlyOneAsync(town, document, away);
    });

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Work_queues_that_fail_in_the_midst_leave_it_too(bool isFull, bool away) => Run(away, async (town, document) =>
    {
        if (isFull)
            town.Node.Stores.Fill();
        else
            town.Node.Stores.Before = verb => verb == "put" ? new StoreException(StoreFault.InUse, "Not now.") : null;
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<StoreException>(() => AskAsync(town, document));
        Assert.Equal(0, town.Node.Stat(Stat.Receipts));
        town.Node.Stores.Mend();
        Assert.NotNull((await AskAsync(town, document)).To);
        await ExactlyOneAsync(town, document, away);
    });

    // The store has it, and fails before it can say so: whoever only believes what is said sends a second one.
    [Fact]
    public void What_was_stored_although_the_store_failed_is_not_sent_again() => Run(away: true, async (town, document) =>
    {
        town.Node.Stores.Accepted = () => throw new StoreException(StoreFault.InUse, "Not now.");
        await Assert.ThrowsAsync<StoreException>(() => AskAsync(town, document));
        town.Node.Stores.Accepted = () => Task.CompletedTask;
        await town.SettledAsync();
        Assert.NotNull((await AskAsync(town, document)).To);
        await ExactlyOneAsync(town, document, away: true);
    });

    [Theory]
    [InlineData("begun", false)]
    [InlineData("begun", true)]
    [InlineData("queued", false)]
    [InlineData("queued", true)]
    [InlineData("sent", false)]
    public void Killed_in_the_midst_there_is_one_when_it_is_asked_for_again(string when, bool away) => Run(away, async (town, document) =>
    {
        // The program ends there: nothing that it would still have done is done.
        var puts = 0;
        var ends = new OperationCanceledException("killed");
        town.Node.Stores.Before = verb => verb == "put" && when == "begun" ? throw ends : null;
        town.Node.Stores.BeforeFile = verb => verb == "put mail/bob" && ++puts == 2 && when == "queued" ? throw ends : null;
        town.Node.Stores.Filed = file => { if (file == "mail/bob" && puts == 2 && when == "sent") throw ends; };
        await Assert.ThrowsAsync<OperationCanceledException>(() => AskAsync(town, document));
        await town.Node.CrashAsync();
        await town.Node.LoadAsync();
        await town.SettledAsync();
        Assert.Equal(when == "begun" ? 0 : 1, Receipts(town, away));
        var again = await AskAsync(town, document);
        if (when == "sent")
            Assert.Contains("A receipt was sent 2", again.Refusal, StringComparison.Ordinal);
        else
            Assert.NotNull(again.To);
        await ExactlyOneAsync(town, document, away);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_an_hour_what_became_of_it_is_not_known_and_that_is_said(bool wasQueued) => Run(away: false, async (town, document) =>
    {
        var puts = 0;
        town.Node.Stores.BeforeFile = verb => verb == "put mail/bob" && ++puts == 2 ? new StoreException(StoreFault.InUse, "Not now.") : null;
        town.Node.Stores.Before = verb => verb == "put" && !wasQueued ? new StoreException(StoreFault.InUse, "Not now.") : null;
        await Assert.ThrowsAsync<StoreException>(() => AskAsync(town, document));
        town.Node.Stores.Mend();
        await town.World.Pass(TimeSpan.FromMinutes(61));
        for (var i = 0; i < 2; i++)
        {
            var refused = (await AskAsync(town, document)).Refusal!;
            Assert.Matches(@"^A receipt was begun 20\d\d-\d\d-\d\d \d\d:\d\dZ and interrupted; whether it left is not known any more, and there is only ever one\.$", refused);
        }
        Assert.Equal(wasQueued ? 1 : 0, Receipts(town, away: false));
    });

    [Fact]
    public void Another_message_has_a_receipt_of_its_own() => Run(away: false, async (town, document) =>
    {
        Assert.NotNull((await AskAsync(town, document)).To);
        await SendAsync(town, "ada@home.test");
        var second = town.Node.MailFile("bob").Single(one => one.Id != document);
        Assert.NotNull((await AskAsync(town, second.Id)).To);
        await town.SettledAsync();
        Assert.Equal(2, Receipts(town, away: false));
        Assert.Equal(2, town.Node.Stat(Stat.Receipts));
    });

    private static Task<ReceiptResult> AskAsync(Town town, Unid document) => town.Node.Operations.Mail.ReceiptAsync("bob", document, false, CancellationToken.None);

    private static async Task ExactlyOneAsync(Town town, Unid document, bool away)
    {
        Assert.Matches("^A receipt was sent .*, and there is only ever one.$", (await AskAsync(town, document)).Refusal);
        await town.SettledAsync();
        Assert.Equal((1, 1L), (Receipts(town, away), town.Node.Stat(Stat.Receipts)));
        // The document names the one that there is.
        var marked = town.Node.MailFile("bob").Single(one => one.Id == document);
        Assert.Single(marked.Items, item => item.Name == ItemNames.ReceiptId);
        Assert.Single(marked.Items, item => item.Name == ItemNames.ReceiptSent);
        Assert.Contains("Hello.", town.Node.Read("bob", marked), StringComparison.Ordinal);
    }

    private static int Receipts(Town town, bool away) => away
        ? town.Reports.Count(report => report.Contains("disposition-notification", StringComparison.Ordinal))
        : town.Node.MailFile("ada").Count(document => document.Form == Forms.ReturnReceipt);

    private static async Task SendAsync(Town town, string from)
    {
        await town.SendAsync("bob@home.test", $"From: {from}\r\nDisposition-Notification-To: {from}\r\nSubject: Test\r\nMessage-ID: <1@away.test>\r\n\r\nHello.\r\n", from);
        await town.SettledAsync();
    }

    private static void Run(bool away, Func<Town, Unid, Task> story)
    {
        var town = new Town();
        town.Run(async () =>
        {
            await town.PersonAsync("ada");
            await town.PersonAsync("bob");
            await SendAsync(town, away ? "eve@away.test" : "ada@home.test");
            await story(town, Assert.Single(town.Node.MailFile("bob")).Id);
        });
    }
}
