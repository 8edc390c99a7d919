using Tell.Tests.Tools;

namespace Tell.Tests.Hosting;

[Collection(ProcessCollection.Name)]
public sealed class StuckReaderTests
{
    [ProcessFact]
    public async Task Somebody_who_does_not_read_standard_error_keeps_the_server_neither_from_starting_nor_from_stopping()
    {
        using var folder = new TempDirectory();
        folder.Write("notes.ini", "SMTPMTA_Listen=127.0.0.1:0\nSMTPMTA_LogLevel=verbose\n"u8);
        // The shell opens a pipe that nobody reads, fills it to the brim, and becomes the server.
        var script = $"mkfifo pipe && exec 3<>pipe && head -c 65536 /dev/zero >&3 && exec '{Checkout.Program}' run --ini notes.ini 2>&3";
        await using var server = ChildProcess.Start("/bin/sh", ["-c", script], folder.Path);

        await server.LineAsync(line => line == "ready", Patience.ForAProgram);
        Assert.Equal(0, (await ChildProcess.RunAsync(Checkout.Program, ["--ini", folder["notes.ini"], "show", "tasks"], folder.Path)).Status);

        server.Send(Signal.Terminate);
        Assert.Equal(0, await server.ExitAsync(TimeSpan.FromSeconds(5)));
    }
}
