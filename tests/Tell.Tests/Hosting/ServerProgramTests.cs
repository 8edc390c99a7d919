using System.Threading.Channels;
using Tell.Hosting;
using Tell.Tests.Tools;

namespace Tell.Tests.Hosting;

/// <summary>The server program in this process, on a real disk and a free port of loopback, with a person at its terminal.</summary>
public sealed class ServerProgramTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TempDirectory _folder = new();
    private readonly TypedLines _typed = new();
    private readonly ReadyWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => _folder.Dispose();

    private CommandLine Line(string ini) => new() { Kind = CommandLineKind.Run, Ini = _folder.Write("notes.ini", System.Text.Encoding.UTF8.GetBytes(ini)) };

    private Task<int> Run(string ini = "SMTPMTA_Listen=127.0.0.1:0\nSMTPMTA_LocalDomains=tell.test\n", bool terminal = true) =>
        new ServerProgram(Line(ini), _output, _errors, TimeProvider.System).RunAsync([], terminal ? _typed : null);

    private async Task<(int Status, string Output, string Errors)> SayAsync(params string[] words)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var line = new CommandLine { Kind = CommandLineKind.Words, Ini = _folder["notes.ini"], Words = words };
        var status = await new WordsProgram(line, output, errors, TimeProvider.System).RunAsync([], CancellationToken.None).WaitAsync(Limit);
        return (status, output.ToString(), errors.ToString());
    }

    [Fact]
    public async Task What_is_typed_at_the_terminal_is_answered_and_exit_ends_the_server()
    {
        _typed.Add("send --from you@tell.test --to ada@tell.test", "Hello.", ".", "", "shwo tasks", "tell smtpmta quit", "show tasks", "load smtpmta", "show tasks", "exit");
        Assert.Equal(0, await Run().WaitAsync(Limit));
        var output = _output.ToString();
        Assert.StartsWith("ready\n  SMTP  127.0.0.1:", output);
        Assert.Matches(@"a line with only a dot ends it\.\n[0-9A-F]{32}\n> > Unknown command: shwo tasks", output);
        Assert.Contains("SMTPMTA is not loaded", output);
        Assert.Contains("SMTPMTA drt", output);
        Assert.EndsWith("> Server shutdown.\n", output);
    }

    [Fact]
    public async Task Words_reach_the_running_server_and_quit_comes_back_when_its_directory_is_free()
    {
        var running = Run(terminal: false);
        await Task.WhenAny(_output.Ready, running).WaitAsync(Limit);
        Assert.Contains("SMTPMTA drt", (await SayAsync("show", "tasks")).Output);
        Assert.Equal((0, "SMTPMTA: shutdown complete\n", ""), await SayAsync("smtpmta", "quit"));
        // The stores are closed already: this opens them here.
        Assert.Equal(0, (await SayAsync("queue")).Status);
        Assert.Equal(0, await running.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_notes_ini_that_became_bad_keeps_nobody_from_the_running_server()
    {
        var running = Run("Directory=spool\nSMTPMTA_Listen=127.0.0.1:0\n", terminal: false);
        await Task.WhenAny(_output.Ready, running).WaitAsync(Limit);
        Line("Directory=spool\nSMTPMTA_Listen=foo\n");
        Assert.Contains("SMTPMTA drt", (await SayAsync("show", "tasks")).Output);
        var (status, _, refused) = await SayAsync("smtpmta", "refresh");
        Assert.Equal(1, status);
        Assert.Contains("notes.ini:2: SMTPMTA_Listen", refused);
        Assert.EndsWith("The settings in force stay.\n", refused);
        Assert.Equal(0, (await SayAsync("smtpmta", "quit")).Status);
        Assert.Equal(0, await running.WaitAsync(Limit));
        Assert.Equal(2, (await SayAsync("show", "tasks")).Status);
    }

    [Fact]
    public async Task A_setting_that_is_not_about_listeners_opens_no_second_one()
    {
        var running = Run(terminal: false);
        await Task.WhenAny(_output.Ready, running).WaitAsync(Limit);
        var before = (await SayAsync("show", "tasks")).Output.Split('\n').Single(line => line.Contains("isesctl", StringComparison.Ordinal));
        Assert.Equal(0, (await SayAsync("set", "configuration", "SMTPMTA_RelayDomains=a.test")).Status);
        var after = (await SayAsync("show", "tasks")).Output.Split('\n').Single(line => line.Contains("isesctl", StringComparison.Ordinal));
        Assert.Equal(before, after);
        Assert.Equal(0, (await SayAsync("smtpmta", "quit")).Status);
        Assert.Equal(0, await running.WaitAsync(Limit));
    }

    [Fact]
    public async Task Without_a_server_reading_and_sending_work_and_the_rest_says_that_none_runs()
    {
        Line("SMTPMTA_LocalDomains=tell.test\n");
        var (status, output, errors) = await SayAsync("show", "tasks");
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("not running: no Tell answers for", errors);
        Assert.Equal(1, (await SayAsync("names", "list")).Status);
        Assert.False(Directory.Exists(_folder["data"]));
        _folder.Write("people.json", "{\"form\":\"Person\",\"shortName\":\"ada\"}"u8);
        Assert.Equal((0, "1 added, 0 replaced\n", ""), await SayAsync("names", "import", _folder["people.json"]));
        Assert.Equal(0, (await SayAsync("names", "list")).Status);
        Assert.Equal((1, "", "tell: There is no file nowhere.json.\n"), await SayAsync("names", "import", "nowhere.json"));
        Assert.Equal(1, (await SayAsync("shwo")).Status);
        Assert.Equal(0, (await SayAsync("help")).Status);
    }

    [Fact]
    public async Task A_bad_notes_ini_is_2_for_the_server_and_for_words_and_touches_no_disk()
    {
        Assert.Equal(2, await Run("Directory=data\nSMTPMTA_Listen=foo\n").WaitAsync(Limit));
        Assert.Contains("notes.ini:2: SMTPMTA_Listen: \"foo\" is not address:port", _errors.ToString());
        Assert.Equal(2, (await SayAsync("show", "tasks")).Status);
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task A_second_server_on_one_directory_is_refused()
    {
        var running = Run();
        await Task.WhenAny(_output.Ready, running).WaitAsync(Limit);
        var errors = new StringWriter();
        var second = new ServerProgram(new CommandLine { Kind = CommandLineKind.Run, Ini = _folder["notes.ini"] }, TextWriter.Null, errors, TimeProvider.System);
        Assert.Equal(1, await second.RunAsync([], null).WaitAsync(Limit));
        Assert.Contains(_folder["data"], errors.ToString());
        _typed.Add("quit");
        Assert.Equal(0, await running.WaitAsync(Limit));
    }

    /// <summary>A screen that tells when "ready" is on it.</summary>
    private sealed class ReadyWriter : StringWriter
    {
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ready => _ready.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value == "ready")
                _ready.TrySetResult();
        }
    }

    /// <summary>A person who types lines, and then sits there.</summary>
    private sealed class TypedLines : TextReader
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public void Add(params string[] lines)
        {
            foreach (var line in lines)
                _lines.Writer.TryWrite(line);
        }

        public override string? ReadLine() => _lines.Reader.ReadAsync().AsTask().GetAwaiter().GetResult();
    }
}
