using System.Diagnostics;
using System.Text;

namespace Tell.Tests.Tools;

/// <summary>
/// One program that a test started: its output is kept, every wait has a limit, and disposing it ends it with all its children.
/// Only processes that were started here are ever signalled, by their id.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly CapturedText _output = new();
    private readonly CapturedText _errors = new();
    private readonly Task _reading;
    private readonly string _commandLine;

    private ChildProcess(Process process, byte[] input, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        _reading = Task.WhenAll(
            _output.ReadAsync(process.StandardOutput.BaseStream),
            _errors.ReadAsync(process.StandardError.BaseStream),
            FeedAsync(process.StandardInput.BaseStream, input));
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Standard output so far.</summary>
    public string Output => _output.ToString();

    /// <summary>Standard error so far.</summary>
    public string Errors => _errors.ToString();

    /// <summary>What it printed so far, for the message of a failing test.</summary>
    public string Evidence => $"$ {_commandLine}\n--- stdout\n{Output}\n--- stderr\n{Errors}\n--- {(HasExited ? $"exit {_process.ExitCode}" : "running")}";

    /// <summary>Starts a program in a folder with that input (then end of file) and no shell.</summary>
    public static ChildProcess Start(string program, IReadOnlyList<string> arguments, string folder, byte[]? input = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        return new ChildProcess(process, input ?? [], $"{program} {string.Join(' ', arguments)}");
    }

    /// <summary>Runs a program to its end and returns its exit status and output; a hang throws after the limit.</summary>
    public static async Task<Answer> RunAsync(string program, IReadOnlyList<string> arguments, string folder, byte[]? input = null, TimeSpan? limit = null)
    {
        await using var child = Start(program, arguments, folder, input);
        var status = await child.ExitAsync(limit ?? Patience.ForAProgram);
        return new Answer(status, child.Output, child.Errors);
    }

    /// <summary>Waits for a line of standard output; throws with everything printed if the program ends first or the limit is over.</summary>
    public async Task<string> LineAsync(Predicate<string> wanted, TimeSpan limit)
    {
        string? Find() => Output.Split('\n').Select(line => line.TrimEnd('\r')).FirstOrDefault(line => wanted(line));
        await Patience.UntilAsync("a line of output", limit, () => Find() is not null || HasExited, () => Evidence);
        if (Find() is null)
        {
            await DrainAsync();
        }
        return Find() ?? throw new InvalidOperationException($"It ended before it printed the line.\n{Evidence}");
    }

    /// <summary>Waits for its end and returns the exit status, all output read; throws with everything printed after the limit.</summary>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        await Patience.UntilAsync("the end of the program", limit, () => HasExited, () => Evidence);
        await DrainAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends a signal to it, and to none of its children.</summary>
    public void Send(Signal signal)
    {
        // An exited child is already reaped: its number may belong to somebody else.
        if (!HasExited)
        {
            Signals.Send(Id, signal);
        }
    }

    /// <summary>Ends it and its children, if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
        await ExitAsync(Patience.ForAProgram);
        _process.Dispose();
    }

    // A grandchild may hold the pipes open: what was read by then is enough.
    private async Task DrainAsync() => await Task.WhenAny(_reading, Patience.PauseAsync(TimeSpan.FromSeconds(2), CancellationToken.None));

    private static async Task FeedAsync(Stream stdin, byte[] input)
    {
        try
        {
            await stdin.WriteAsync(input);
            await stdin.DisposeAsync();
        }
        catch (IOException)
        {
            // It did not want all of its input.
        }
    }

    private sealed class CapturedText
    {
        private readonly StringBuilder _text = new();

        public async Task ReadAsync(Stream stream)
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var buffer = new char[4096];
            for (int count; (count = await reader.ReadAsync(buffer)) > 0;)
            {
                lock (_text)
                {
                    _text.Append(buffer, 0, count);
                }
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }
}
