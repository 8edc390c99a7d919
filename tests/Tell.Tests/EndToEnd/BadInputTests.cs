using System.Net;
using System.Net.Sockets;
using Tell.Tests.Tools;

namespace Tell.Tests.EndToEnd;

/// <summary>Whatever is wrong around it, Tell says what, where and what to do, and ends with the right status.</summary>
[Collection(ProcessCollection.Name)]
public sealed class BadInputTests
{
    [ProcessFact]
    public async Task A_wrong_value_in_notes_ini_is_named_with_file_line_and_reason()
    {
        using var folder = new TempDirectory();
        var ini = folder.Write("notes.ini", "Directory=data\nSMTPMTA_HostName=tell.example.test\nSMTPMTA_MaxSessions=many\n"u8);

        var answer = await RunAsync(folder, "run", "--ini", ini);

        Assert.Equal(2, answer.Status);
        Assert.Contains(ini, answer.Errors, StringComparison.Ordinal);
        Assert.Matches(@"\b3\b", answer.Errors);
        Assert.Contains("SMTPMTA_MaxSessions", answer.Errors, StringComparison.Ordinal);
        Assert.Contains("many", answer.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["data"]), "It touched the disk before it understood its settings");
    }

    [ProcessFact]
    public async Task A_line_that_is_no_setting_is_named_with_file_line_and_reason()
    {
        using var folder = new TempDirectory();
        var ini = folder.Write("notes.ini", "Directory=data\nwhat is this\n"u8);

        var answer = await RunAsync(folder, "run", "--ini", ini);

        Assert.Equal(2, answer.Status);
        Assert.Contains(ini, answer.Errors, StringComparison.Ordinal);
        Assert.Matches(@"\b2\b", answer.Errors);
    }

    [ProcessFact]
    public async Task A_missing_notes_ini_is_a_bad_command_line()
    {
        using var folder = new TempDirectory();

        var answer = await RunAsync(folder, "run", "--ini", folder["nowhere.ini"]);

        Assert.Equal(2, answer.Status);
        Assert.Contains("nowhere.ini", answer.Errors, StringComparison.Ordinal);
    }

    [ProcessFact]
    public async Task An_unknown_option_is_a_bad_command_line()
    {
        using var folder = new TempDirectory();

        var answer = await RunAsync(folder, "run", "--bogus");

        Assert.Equal(2, answer.Status);
        Assert.Contains("--bogus", answer.Errors, StringComparison.Ordinal);
    }

    [ProcessFact]
    public async Task A_port_in_use_is_named()
    {
        await using var tell = new TellProcess();
        using var squatter = new TcpListener(IPAddress.Loopback, tell.Port);
        squatter.Start();

        await RefusesToStartAsync(tell, $"127.0.0.1:{tell.Port}", "in use");
    }

    [ProcessFact]
    public async Task An_unwritable_directory_is_named()
    {
        await using var tell = new TellProcess(("Directory", "file/data"));
        File.WriteAllText(Path.Combine(tell.Folder, "file"), "not a folder");

        await RefusesToStartAsync(tell, Path.Combine(tell.Folder, "file"));
    }

    [ProcessFact]
    public async Task Garbage_in_place_of_the_queues_is_refused_and_left_alone()
    {
        await using var tell = new TellProcess();
        var store = await MakeStoreAsync(tell);
        var garbage = new byte[64 * 1024];
        new Random(1).NextBytes(garbage);
        await File.WriteAllBytesAsync(store, garbage);

        await RefusesToStartAsync(tell, Path.GetFileName(store), "damaged", "backup");

        Assert.Equal(garbage, await File.ReadAllBytesAsync(store));
    }

    [ProcessFact]
    public async Task Truncated_queues_are_refused_and_left_alone()
    {
        await using var tell = new TellProcess();
        var store = await MakeStoreAsync(tell);
        var whole = await File.ReadAllBytesAsync(store);
        await File.WriteAllBytesAsync(store, whole[..(whole.Length / 2 / 4096 * 4096)]);

        await RefusesToStartAsync(tell, Path.GetFileName(store), "damaged", "backup");

        Assert.Equal(whole.Length / 2 / 4096 * 4096, new FileInfo(store).Length);
    }

    [ProcessFact]
    public async Task A_damaged_page_in_the_middle_of_the_queues_is_refused_at_the_start()
    {
        await using var tell = new TellProcess();
        var store = await MakeStoreAsync(tell);
        await using (var file = File.OpenWrite(store))
        {
            var garbage = new byte[3_000];
            new Random(1).NextBytes(garbage);
            file.Position = file.Length / 2 / 4096 * 4096 + 100;
            file.Write(garbage);
        }

        await RefusesToStartAsync(tell, Path.GetFileName(store), "damaged", "backup");
    }

    [ProcessFact]
    public async Task A_second_process_on_one_data_directory_is_refused_and_the_first_goes_on()
    {
        await using var sink = RecordingSink.Listening();
        await using var first = new TellProcess(("SMTPMTA_RelayHost", $"127.0.0.1:{sink.Port}"));
        await first.StartAsync();
        await using var second = new TellProcess(("Directory", first.Data));

        await RefusesToStartAsync(second, first.Data);

        await using var caller = await SmtpCaller.ConnectAsync(first.Port, CancellationToken.None);
        Assert.Equal(250, (await caller.SendAsync("a@near.example.test", ["b@far.example.test"], "Subject: x\r\n\r\n"u8.ToArray(), CancellationToken.None)).Code);
        await Patience.UntilAsync("the mail at the sink", Patience.ForMail, () => sink.Mail.Count == 1, () => first.Process.Evidence);
    }

    private static Task<Answer> RunAsync(TempDirectory folder, params string[] arguments) =>
        ChildProcess.RunAsync(Checkout.Program, arguments, folder.Path);

    private static async Task RefusesToStartAsync(TellProcess tell, params string[] words)
    {
        var process = tell.Launch();
        Assert.Equal(1, await process.ExitAsync(Patience.ForAProgram));
        Assert.All(words, word => Assert.Contains(word, process.Errors, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotMatch("(?m)^ready", process.Output);
        Assert.DoesNotContain("   at ", process.Errors, StringComparison.Ordinal);
    }

    // A store with some mail in it that was closed in good order; returns the file of the queues.
    private static async Task<string> MakeStoreAsync(TellProcess tell)
    {
        tell.Set("SMTPMTA_RelayHost", $"127.0.0.1:{FreePort.Next()}");
        await tell.StartAsync();
        await using (var caller = await SmtpCaller.ConnectAsync(tell.Port, CancellationToken.None))
        {
            for (var count = 0; count < 100; count++)
            {
                await caller.SendAsync("a@near.example.test", ["b@far.example.test"], SampleMail.All[0].Content, CancellationToken.None);
            }
        }
        Assert.Equal(0, await tell.StopAsync());
        return Directory.GetFiles(tell.Data, "*.db", SearchOption.AllDirectories).OrderByDescending(file => new FileInfo(file).Length).First();
    }
}
