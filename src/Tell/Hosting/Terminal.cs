using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Tell.Commands;

namespace Tell.Hosting;

/// <summary>
/// The console at the server's own terminal. A line is read by a thread of its own, since reading a terminal cannot be cancelled: at the
/// end of the program the thread is left waiting, and dies with it.
/// </summary>
internal sealed class Terminal : IAsyncDisposable, ICommandInput
{
    private readonly CommandTable _table;
    private readonly TextReader _input;
    private readonly TextWriter _output;
    private readonly Task _end;
    private readonly ILogger _logger;
    private readonly Channel<string?> _lines = Channel.CreateBounded<string?>(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Prompts and reads from now on, until the server has begun to end.</summary>
    public Terminal(CommandTable table, TextReader input, TextWriter output, Task end, ILogger logger)
    {
        (_table, _input, _output, _end, _logger) = (table, input, output, end, logger);
        new Thread(ReadLines) { IsBackground = true, Name = "terminal" }.Start();
        _loop = LoopAsync();
    }

    /// <summary>The text that is typed until a line with only a dot, or a file.</summary>
    public async Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        if (name != "-")
            return await new LocalInput().ReadAsync(name, cancellation);
        await _output.WriteLineAsync("Type the text; a line with only a dot ends it.");
        var text = new StringBuilder();
        while (await _lines.Reader.ReadAsync(cancellation) is { } line && line != ".")
            text.Append(line).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Takes no further line.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    private void ReadLines()
    {
        string? line;
        do
        {
            line = _input.ReadLine();
            while (!_lines.Writer.TryWrite(line))
            {
                if (!_lines.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
                    return;
            }
        }
        while (line is not null);
    }

    private async Task LoopAsync()
    {
        try
        {
            while (!_end.IsCompleted)
            {
                await _output.WriteAsync("> ");
                await _output.FlushAsync();
                if (await _lines.Reader.ReadAsync(_stop.Token) is not { } line)
                {
                    await _output.WriteLineAsync("The console is closed; the server runs on. Ctrl-C ends it.");
                    return;
                }
                var words = WordSplitter.Split(line);
                if (words.Count == 0)
                    continue;
                var answer = new Answer();
                await CommandLadder.RunAsync(_table, words, this, answer, _logger, _stop.Token);
                var width = Screen.Width(Console.IsOutputRedirected);
                foreach (var text in answer.Lines.SelectMany(text => Screen.Fold(text, width)))
                    await _output.WriteLineAsync(text);
            }
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }
}
