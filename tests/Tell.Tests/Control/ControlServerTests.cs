using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tell.Commands;
using Tell.Control;
using Tell.Tests.Simulation;
using Tell.Tests.Tools;

namespace Tell.Tests.Control;

public sealed class ControlServerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _folder = new();
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _folder.Dispose();

    private CommandTable Table => new(
    [
        Row("ECHO", async call =>
        {
            foreach (var argument in call.Arguments)
                call.Answer.Line($"{argument}: {Encoding.UTF8.GetString(await call.Input.ReadAsync(argument, call.Cancellation))}");
            return true;
        }),
        Row("FAIL", call => Task.FromResult(call.Refuse("no"))),
        Row("BREAK", _ => throw new FormatException("broken")),
        Row("DISK", _ => throw new IOException("The disk is full.")),
        Row("WAIT", async call =>
        {
            _waiting.SetResult();
            await _go.Task.WaitAsync(call.Cancellation);
            call.Answer.Line("waited");
            return true;
        }),
        Row("LONG", call =>
        {
            for (var i = 0; i < 100_000; i++)
                call.Answer.Line("line " + i);
            return Task.FromResult(true);
        }),
    ]);

    private static Command Row(string words, Func<CommandCall, Task<bool>> work) => new() { Words = words, Group = "G", Summary = "S.", Handler = work };

    private ControlServer Open(TimeProvider? time = null) => ControlServer.Open(_folder.Path, Table, time ?? TimeProvider.System, NullLogger.Instance);

    private async Task<(bool? Done, List<string> Lines)> AskAsync(string words, params (string Name, string Text)[] inputs)
    {
        var lines = new List<string>();
        var done = await ControlClient.AskAsync(_folder.Path, words.Split(' '), [.. inputs.Select(input => KeyValuePair.Create(input.Name, Encoding.UTF8.GetBytes(input.Text)))], lines.Add, CancellationToken.None).WaitAsync(Limit);
        return (done, lines);
    }

    private async Task<string> RawAsync(byte[] octets, bool end = false)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["tell.sock"]));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(octets);
        if (end)
            socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        try
        {
            return await reader.ReadToEndAsync().WaitAsync(Limit);
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Words_and_files_go_over_and_the_answer_comes_back()
    {
        await using var server = Open();
        var big = new string('x', 3_000_000);
        Assert.Equal((true, $"-: body|a.txt: {big}"), Joined(await AskAsync("echo - a.txt", ("-", "body"), ("a.txt", big))));
        Assert.Equal((false, "no"), Joined(await AskAsync("fail")));
        Assert.Equal((false, "Unknown command: fial|Did you mean:|  FAIL|HELP lists all commands."), Joined(await AskAsync("fial")));
        Assert.Equal((false, "nothing was not sent with the command."), Joined(await AskAsync("echo nothing")));
        Assert.Equal(100_000, (await AskAsync("long")).Lines.Count);
    }

    private static (bool?, string) Joined((bool? Done, List<string> Lines) answer) => (answer.Done, string.Join('|', answer.Lines));

    [Fact]
    public async Task A_command_that_fails_is_a_sentence_and_the_server_goes_on()
    {
        await using var server = Open();
        Assert.Equal((false, "The disk is full."), Joined(await AskAsync("disk")));
        Assert.Equal((false, "The command failed: broken The log says more."), Joined(await AskAsync("break")));
        Assert.Equal((false, "no"), Joined(await AskAsync("fail")));
    }

    [Fact]
    public async Task Without_a_server_the_client_says_so() => Assert.Null((await AskAsync("fail")).Done);

    [Fact]
    public async Task Only_the_owner_may_open_it()
    {
        await using var server = Open();
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["tell.sock"]));
    }

    [Fact]
    public async Task What_a_dead_server_left_is_replaced_and_a_living_one_is_not()
    {
        // A socket that is disposed removes its file, as a killed process does not.
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(_folder["dead.sock"]));
            File.Move(_folder["dead.sock"], _folder["tell.sock"]);
        }
        Assert.True(File.Exists(_folder["tell.sock"]));
        await using var server = Open();
        Assert.Contains("Another Tell answers on", Assert.Throws<IOException>(() => Open()).Message);
        Assert.Equal(false, (await AskAsync("fail")).Done);
    }

    [Fact]
    public async Task It_is_gone_when_the_server_is()
    {
        await Open().DisposeAsync();
        Assert.False(File.Exists(_folder["tell.sock"]));
    }

    [Fact]
    public async Task A_directory_too_deep_for_a_socket_works_all_the_same()
    {
        var deep = _folder.MakeFolder(Path.Combine(new string('a', 100), new string('b', 100)));
        await using (ControlServer.Open(deep, Table, TimeProvider.System, NullLogger.Instance))
        {
            Assert.False(File.Exists(Path.Combine(deep, "tell.sock")));
            Assert.False(await ControlClient.AskAsync(deep, ["fail"], [], _ => { }, CancellationToken.None));
        }
        Assert.Null(await ControlClient.AskAsync(deep, ["fail"], [], _ => { }, CancellationToken.None));
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("{}\n")]
    [InlineData("{\"version\":1,\"words\":[null],\"inputs\":[]}\n")]
    [InlineData("{\"version\":1,\"words\":[\"fail\"],\"inputs\":[{\"name\":\"x\",\"size\":-5}]}\n")]
    [InlineData("{\"version\":2,\"words\":[\"fail\"],\"inputs\":[]}\n")]
    public async Task A_request_that_is_none_is_answered_and_harms_nobody(string request)
    {
        await using var server = Open();
        Assert.Contains("not understood", await RawAsync(Encoding.UTF8.GetBytes(request)));
        Assert.Equal(false, (await AskAsync("fail")).Done);
    }

    [Fact]
    public async Task Too_much_is_refused_before_it_is_read()
    {
        await using var server = Open();
        Assert.Contains("too large", await RawAsync("{\"version\":1,\"words\":[\"echo\"],\"inputs\":[{\"name\":\"a\",\"size\":9000000000000000000},{\"name\":\"b\",\"size\":9000000000000000000}]}\n"u8.ToArray()));
        Assert.Equal("", await RawAsync(Encoding.UTF8.GetBytes(new string('a', 200_000))));
        Assert.Equal(false, (await AskAsync("fail")).Done);
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_harms_nobody()
    {
        await using var server = Open();
        foreach (var request in new[] { "", "{\"version\":1,", "{\"version\":1,\"words\":[\"echo\",\"-\"],\"inputs\":[{\"name\":\"-\",\"size\":100}]}\nshort" })
            Assert.Equal("", await RawAsync(Encoding.UTF8.GetBytes(request), end: true));
        Assert.Equal(false, (await AskAsync("fail")).Done);
    }

    [Fact]
    public async Task A_client_that_goes_away_before_its_answer_does_not_stop_its_command()
    {
        await using var server = Open();
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["tell.sock"]));
            await socket.SendAsync("{\"version\":1,\"words\":[\"wait\"],\"inputs\":[]}\n"u8.ToArray());
            await _waiting.Task.WaitAsync(Limit);
        }
        Assert.Equal(false, (await AskAsync("fail")).Done);
        _go.SetResult();
    }

    [Fact]
    public async Task A_stop_ends_the_commands_that_wait_and_says_so()
    {
        var server = Open();
        var asked = AskAsync("wait");
        await _waiting.Task.WaitAsync(Limit);
        await server.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.Equal((false, "The server stopped before the command was done."), Joined(await asked));
    }

    // QUIT is answered last: who has the answer must not find the server that is going.
    [Fact]
    public async Task A_server_that_is_closed_answers_whom_it_has_and_is_found_by_nobody()
    {
        await using var server = Open();
        var asked = AskAsync("wait");
        await _waiting.Task.WaitAsync(Limit);
        await server.CloseAsync();
        Assert.Null((await AskAsync("fail")).Done);
        _go.SetResult();
        Assert.Equal((true, "waited"), Joined(await asked));
        // Another may have its place by now.
        await using var next = Open();
        await server.DisposeAsync();
        Assert.Equal(false, (await AskAsync("fail")).Done);
    }

    [Fact]
    public async Task Silent_clients_do_not_keep_others_out_for_ever()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var server = Open(time);
        var silent = new List<Socket>();
        for (var i = 0; i < 16; i++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["tell.sock"]));
            silent.Add(socket);
        }
        // One more finds no place; the connection just ends.
        await Assert.ThrowsAsync<IOException>(() => AskAsync("fail"));
        time.Advance(TimeSpan.FromSeconds(11));
        foreach (var socket in silent)
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(Limit));
            socket.Dispose();
        }
        Assert.Equal(false, (await AskAsync("fail")).Done);
    }
}
