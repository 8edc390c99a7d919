using Tell.Documents;
using Tell.Mail;
using Tell.Mta;
using Tell.Mta.Operations;
using Tell.Mta.Statistics;

namespace Tell.Tests.Commands;

/// <summary>MAIL RECEIPT: that a message was opened, told to whom asked for it.</summary>
public sealed class ReceiptCommandTests
{
    [Fact]
    public void A_receipt_is_sent_once() => Run(async world =>
    {
        await SendAsync(world, "--receipt");
        Assert.Equal("ada@tell.test will be told that it was opened.", await world.SayAsync("mail ben receipt 1"));
        await world.Pass(TimeSpan.FromMinutes(1));
        var receipt = Assert.Single((await world.Operations.Mail.ListAsync("ada", 10, CancellationToken.None))!);
        Assert.Equal((Forms.ReturnReceipt, "Return receipt", ""), (receipt.Form, receipt[ItemNames.Subject]!.Text, receipt[ItemNames.Originator]!.Text));
        Assert.Contains("was opened by ben@tell.test", await world.SayAsync("mail ada read 1"), StringComparison.Ordinal);
        Assert.Contains("A receipt was sent ", await world.RefusedAsync("mail ben receipt 1"), StringComparison.Ordinal);
        Assert.Contains("It is a Return Receipt", await world.RefusedAsync("mail ada receipt 1 --confirm"), StringComparison.Ordinal);
        Assert.Equal(1, (await world.Operations.Statistics.ShowAsync(Stat.Receipts, CancellationToken.None)).Single().Value);
        Assert.Contains("Hello", await world.SayAsync("mail ben read 1"), StringComparison.Ordinal);
    });

    [Fact]
    public void Who_did_not_ask_is_told_nothing() => Run(async world =>
    {
        await SendAsync(world, "");
        Assert.Equal("Its sender did not ask for a receipt.", await world.RefusedAsync("mail ben receipt 1 --confirm"));
        Assert.Contains("There is no message 2", await world.RefusedAsync("mail ben receipt 2"), StringComparison.Ordinal);
        Assert.Contains("has no mail file", await world.RefusedAsync("mail nobody receipt 1"), StringComparison.Ordinal);
    });

    // RFC 8098 2.1.
    [Fact]
    public void Somebody_else_than_the_sender_is_told_only_with_the_users_word() => Run(async world =>
    {
        await world.DeliverAsync("From: ada@tell.test\r\nTo: ben@tell.test\r\nDisposition-Notification-To: Eve <eve@example.test>\r\nMessage-ID: <1@tell.test>\r\nSubject: x\r\n\r\nHello\r\n");
        Assert.Equal("The receipt would go to eve@example.test, and the message came from ada@tell.test: say --confirm if that is meant.", await world.RefusedAsync("mail ben receipt 1"));
        Assert.Equal("eve@example.test will be told that it was opened.", await world.SayAsync("mail ben receipt 1 --confirm"));
        var receipt = Assert.Single(await world.Operations.ViewAsync(new QueueView { Queue = WorkQueue.Outbound }, CancellationToken.None));
        Assert.Equal((Forms.ReturnReceipt, null, "eve@example.test"), (receipt.Form, receipt.Envelope!.Sender, receipt.Envelope.Recipients[0].Address.ToString()));
    });

    // RFC 8098 2.1: never for the null return path, and not to several, whatever the user says.
    [Theory]
    [InlineData(null, "ada@tell.test", "It has no return path, so nobody is to be told.")]
    [InlineData("ada@tell.test", "ada@tell.test, eve@example.test", "Its sender wants 2 addresses to be told; a receipt goes to one.")]
    [InlineData("ada@tell.test", "<>", "Its sender did not ask for a receipt.")]
    public void Some_messages_are_never_answered(string? sender, string asked, string refusal) => Run(async world =>
    {
        var envelope = new Envelope { Sender = sender is null ? null : Mailbox.Parse(sender), Recipients = [new Recipient(Mailbox.Parse("ben@tell.test"))] };
        await world.PutAsync(
            new Document { Id = default, Form = Forms.Message, Queue = WorkQueue.Inbound, State = DocumentState.Pending, Envelope = envelope },
            $"From: ada@tell.test\r\nTo: ben@tell.test\r\nDisposition-Notification-To: {asked}\r\nMessage-ID: <1@tell.test>\r\nSubject: x\r\n\r\nHello\r\n");
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(refusal, await world.RefusedAsync("mail ben receipt 1 --confirm"));
        Assert.Empty(await world.Operations.ViewAsync(new QueueView { Queue = WorkQueue.Outbound }, CancellationToken.None));
    });

    [Fact]
    public void Two_at_a_time_send_one() => Run(async world =>
    {
        await SendAsync(world, "--receipt");
        var id = (await world.Operations.Mail.ListAsync("ben", 1, CancellationToken.None))![0].Id;
        ReceiptResult[] results = [await world.Operations.Mail.ReceiptAsync("BEN", id, false, CancellationToken.None), await world.Operations.Mail.ReceiptAsync("ben", id, true, CancellationToken.None)];
        Assert.Single(results, result => result.To is not null);
    });

    private static async Task SendAsync(ConsoleWorld world, string options)
    {
        world.Files["-"] = "Hello.\n";
        await world.SayAsync($"send --from ada@tell.test --to ben@tell.test --subject Hi {options}");
        await world.Pass(TimeSpan.FromMinutes(1));
    }

    private static void Run(Func<ConsoleWorld, Task> story)
    {
        using var world = new ConsoleWorld();
        world.Run(() => story(world));
    }
}
