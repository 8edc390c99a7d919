using System.Text.RegularExpressions;
using Tell.Documents;
using Tell.Mta;

namespace Tell.Tests.Commands;

/// <summary>SEND with all that it can say, and the ways out of a mail file.</summary>
public sealed class MailCommandTests
{
    private const string Send = "send --from ada@tell.test --to ben@tell.test";

    [Fact]
    public void Send_says_all_that_a_memo_can_say() => Run(async world =>
    {
        world.Files["-"] = "hi\n";
        world.Files["page.html"] = "<img src=\"cid:logo.png\">";
        world.Files["pics/logo.png"] = "png";
        world.Files["list.csv"] = "a,b";
        await world.SayAsync($"{Send} --to '\"Lovelace, A\" <c@tell.test>' --principal boss@tell.test --reply-to desk@tell.test --importance HIGH --priority low --receipt --report confirm "
            + "--html page.html --inline pics/logo.png --attach list.csv --subject Hello");
        var memo = await FiledAsync(world, "ben");
        Assert.Equal(["ben@tell.test", "Lovelace, A <c@tell.test>"], memo[ItemNames.SendTo]!.Texts.AsEnumerable());
        Assert.Equal("boss@tell.test desk@tell.test 1 L 1 C", string.Join(' ', new[] { ItemNames.Principal, ItemNames.ReplyTo, ItemNames.Importance, ItemNames.DeliveryPriority, ItemNames.ReturnReceipt, ItemNames.DeliveryReport }.Select(name => memo[name]?.Text)));
        Assert.Equal(["hi\n", "<img src=\"cid:logo.png\">"], memo.Items.Where(item => item.Name == ItemNames.Body).Select(item => item.Text));
        Assert.Equal(["logo.png image/png", "list.csv text/csv"], memo.Items.Where(item => item.Kind == ItemKind.Attachment).Select(item => $"{item.Text} {item.MediaType}"));
        Assert.Equal(["logo.png", ""], memo[ItemNames.ContentIds]!.Texts.AsEnumerable());
    });

    [Theory]
    [InlineData("send --to ben@tell.test", "--from is missing.")]
    [InlineData("send --from ada@tell.test", "There is no recipient")]
    [InlineData(Send + " --importance very", "--importance is one of normal, high, low.")]
    [InlineData(Send + " --report", "--report needs a value.")]
    [InlineData(Send + " --from b@tell.test", "--from is given twice.")]
    [InlineData(Send + " --inline logo.png", "--html is missing.")]
    [InlineData(Send + " --bogus x", "Usage: SEND")]
    public void Send_says_what_is_wrong(string line, string refusal) => Run(async world =>
    {
        world.Files["-"] = "hi\n";
        Assert.Contains(refusal, await world.RefusedAsync(line), StringComparison.Ordinal);
    });

    [Fact]
    public void A_mail_file_is_written_as_a_folder_of_messages() => Run(async world =>
    {
        await FillAsync(world);
        Assert.Equal("2 messages written to /out/eml", await world.SayAsync("mail ben export eml /out/eml"));
        Assert.All(world.DiskFiles.Paths.Where(path => path.StartsWith("/out/eml/", StringComparison.Ordinal)), path => Assert.Matches(@"^/out/eml/0000[12]-[0-9A-F]{32}\.eml$", path));
        Assert.Contains("Dear Ben,", world.DiskFiles[world.DiskFiles.Paths.First(path => path.Contains("00001", StringComparison.Ordinal))], StringComparison.Ordinal);
        Assert.Contains("exists already", await world.RefusedAsync("mail ben export eml /out/eml"), StringComparison.Ordinal);
    });

    [Fact]
    public void One_message_is_written_as_a_file_and_nothing_is_written_over() => Run(async world =>
    {
        await FillAsync(world);
        await world.SayAsync("mail ben export EML /out/Two.eml 2");
        Assert.Contains("Subject: two", world.DiskFiles["/out/Two.eml"], StringComparison.Ordinal);
        Assert.Contains("exists already", await world.RefusedAsync("mail ben export eml /out/Two.eml 1"), StringComparison.Ordinal);
        Assert.Contains("There is no message 3", await world.RefusedAsync("mail ben export eml /out/3.eml 3"), StringComparison.Ordinal);
        Assert.Contains("Usage", await world.RefusedAsync("mail ben export pst /out/x"), StringComparison.Ordinal);
    });

    [Fact]
    public void A_mail_file_is_written_as_an_mbox_that_can_be_read_again() => Run(async world =>
    {
        await FillAsync(world);
        await world.SayAsync("mail ben export mbox /out/ben.mbox");
        var text = world.DiskFiles["/out/ben.mbox"];
        Assert.Matches(@"^From ada@tell\.test (Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z][a-z] [ 0-9]\d \d\d:\d\d:\d\d \d{4}\n", text);
        Assert.Equal(2, Regex.Count(text, "^From ", RegexOptions.Multiline));
        Assert.Contains("Dear Ben,", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    });

    [Fact]
    public void A_Maildir_gets_each_message_once() => Run(async world =>
    {
        await FillAsync(world);
        Assert.StartsWith("2 messages", await world.SayAsync("mail ben export maildir /out/Maildir"), StringComparison.Ordinal);
        Assert.StartsWith("0 messages", await world.SayAsync("mail ben export maildir /out/Maildir"), StringComparison.Ordinal);
        Assert.Equal(2, world.DiskFiles.Paths.Count(path => path.StartsWith("/out/Maildir/new/", StringComparison.Ordinal)));
    });

    [Fact]
    public void A_message_is_read_raw_and_deleted() => Run(async world =>
    {
        await FillAsync(world);
        Assert.Contains("Message-ID:", await world.SayAsync("mail ben read 1 --raw"), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Message-ID:", await world.SayAsync("mail ben read 1"), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Deleted: one", await world.SayAsync("mail ben delete 1"));
        Assert.Contains("1 message", await world.SayAsync("mail ben"), StringComparison.Ordinal);
        Assert.Contains("There is no message 2", await world.RefusedAsync("mail ben delete 2"), StringComparison.Ordinal);
    });

    [Fact]
    public void A_message_that_came_is_read_as_people_see_it_and_raw_as_it_came() => Run(async world =>
    {
        world.DiskFiles.Put(Path.Combine(world.Configuration.Read().Settings!.Directory, "pickup", "one.eml"), """
            From: =?utf-8?q?Zo=C3=AB?= <zoe@tell.test>
            To: ben@tell.test
            Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
            Content-Type: multipart/mixed; boundary=bb

            --bb
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: base64

            PHA+R3LDvMOfZTwvcD4=
            --bb
            Content-Type: application/pdf; name="plan.pdf"
            Content-Disposition: attachment
            Content-Transfer-Encoding: base64

            UERG
            --bb--
            """);
        await FiledAsync(world, "ben");
        Assert.Matches(@"^From: +Zoë <zoe@tell\.test>\nTo: +ben@tell\.test\nDate: .*\nSubject: +Grüße\nFile: +plan\.pdf \(application/pdf, 3 octets\)\n\nGrüße$", await world.SayAsync("mail ben read 1"));
        Assert.Contains("PHA+R3LDvMOfZTwvcD4=", await world.SayAsync("mail ben read 1 --raw"), StringComparison.Ordinal);
    });

    [Fact]
    public void A_message_that_came_in_is_shown_as_people_read_it_and_drives_no_terminal() => Run(async world =>
    {
        await world.DeliverAsync("From: =?utf-8?q?Gr=C3=BC=C3=9Fer?= <ada@tell.test>\nTo: ben@tell.test\nSubject: =?utf-8?q?a=E2=80=AEb?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=bb\n\n"
            + "--bb\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p>one=1B[31m</p><p>tw=C3=B6</p>\n--bb\nContent-Type: application/pdf; name=\"r.pdf\"\nContent-Transfer-Encoding: base64\n\nUERG\n--bb--\n");
        var read = await world.SayAsync("mail ben read 1");
        Assert.StartsWith("From:     Gr\u00fc\u00dfer <ada@tell.test>\nTo:       ben@tell.test\n", read, StringComparison.Ordinal);
        Assert.Contains("\nSubject:  a\\u202eb\nFile:     r.pdf (application/pdf, 3 octets)\n", read, StringComparison.Ordinal);
        Assert.Contains("\none", read, StringComparison.Ordinal);
        Assert.EndsWith("\ntw\u00f6", read, StringComparison.Ordinal);
        Assert.DoesNotContain(read, c => c is '\u001b' or '\u202e');
        var raw = await world.SayAsync("mail ben read 1 --raw");
        Assert.Contains("\nSubject: =?utf-8?q?a=E2=80=AEb?=\n", raw, StringComparison.Ordinal);
        Assert.Contains("\nUERG\n", raw, StringComparison.Ordinal);
    });

    [Fact]
    public void Send_takes_names_of_people_and_groups_and_refuses_what_nobody_is_named() => Run(async world =>
    {
        world.Files["-"] = "hi\n";
        world.Files["people.json"] = """[{"form":"Person","fullName":"Ben Bitdiddle","shortName":"ben"},{"form":"Person","fullName":"Ada Lovelace","shortName":"ada"},{"form":"Group","name":"All Staff","members":["ben","ada"]}]""";
        await world.SayAsync("names import people.json");
        await world.SayAsync("send --from 'Ada Lovelace' --to 'Ben Bitdiddle' --subject person");
        Assert.Equal("Ben Bitdiddle <ben@tell.test>", (await FiledAsync(world, "ben"))[ItemNames.SendTo]!.Text);
        await world.SayAsync("send --from 'Ada Lovelace' --to 'all staff' --subject group");
        await world.Pass(TimeSpan.FromSeconds(5));
        foreach (var user in new[] { "ada", "ben" })
            Assert.Equal("group", (await world.Operations.Mail.ListAsync(user, 10, CancellationToken.None))![^1][ItemNames.Subject]!.Text);
        Assert.Contains("\"Ben Bitdidle\" is neither an address", await world.RefusedAsync("send --from ada@tell.test --to 'Ben Bitdidle'"), StringComparison.Ordinal);
    });

    private static async Task FillAsync(ConsoleWorld world)
    {
        world.DiskFiles.Put("/out/there", "");
        world.Files["-"] = "Dear Ben,\nFrom here\n>From there\n";
        await world.SayAsync($"{Send} --subject one");
        await FiledAsync(world, "ben");
        world.Files["-"] = "two\n";
        await world.SayAsync($"{Send} --subject two");
        await world.Pass(TimeSpan.FromSeconds(5));
    }

    private static async Task<Document> FiledAsync(ConsoleWorld world, string user)
    {
        await world.Pass(TimeSpan.FromSeconds(5));
        return Assert.Single((await world.Operations.Mail.ListAsync(user, 10, CancellationToken.None))!);
    }

    private static void Run(Func<ConsoleWorld, Task> story)
    {
        using var world = new ConsoleWorld();
        world.Run(() => story(world));
    }
}
