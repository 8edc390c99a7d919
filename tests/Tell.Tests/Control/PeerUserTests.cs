using Microsoft.Extensions.Logging.Abstractions;
using Tell.Commands;
using Tell.Control;
using Tell.Tests.Tools;

namespace Tell.Tests.Control;

public sealed class PeerUserTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    // The kernel names the user; what the request says cannot.
    [Fact]
    public async Task A_command_knows_who_is_at_the_other_end_of_the_socket()
    {
        var table = new CommandTable([new Command { Words = "WHO", Group = "G", Summary = "S.", Handler = call => Task.FromResult(Say(call)) }]);
        await using var server = ControlServer.Open(_folder.Path, table, TimeProvider.System, NullLogger.Instance);
        var lines = new List<string>();
        Assert.True(await ControlClient.AskAsync(_folder.Path, ["who"], [], lines.Add, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal([Environment.UserName], lines);

        static bool Say(CommandCall call)
        {
            call.Answer.Line(call.By);
            return true;
        }
    }

    [Theory]
    [InlineData(0, "root")]
    [InlineData(1000, "ada")]
    [InlineData(1001, null)]
    [InlineData(7, null)]
    [InlineData(8, null)]
    public void The_name_stands_in_the_password_file(int id, string? name) => Assert.Equal(name, PeerUser.NameOf((uint)id,
    [
        "", "# comment", "root:x:0:0:root:/root:/bin/bash", "short:x", ":x:7:7::/:", "bad\u0001name:x:8:8::/:", "ada:x:1000:1000:Ada,,,:/home/ada:/bin/sh", "ada2:x:1000:1:::", "word:x:1001x:1:::",
    ]));
}
