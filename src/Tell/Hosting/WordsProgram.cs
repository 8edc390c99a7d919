using Microsoft.Extensions.Logging.Abstractions;
using Tell.Commands;
using Tell.Control;
using Tell.Documents;
using Tell.Mta.Configuration;

namespace Tell.Hosting;

/// <summary>`tell WORDS`: says them to the running server, or does here what needs none.</summary>
internal sealed class WordsProgram(CommandLine line, TextWriter output, TextWriter errors, TimeProvider time)
{
    private readonly ConfigurationFile _configuration = Newcomer.Configuration(line);

    /// <summary>Does it; the exit status.</summary>
    public async Task<int> RunAsync(IEnumerable<Command> more, CancellationToken cancellation)
    {
        var table = ConsoleCommands.Table(new NoHost(_configuration), more);
        var answer = new Answer();
        if (table.Find(line.Words) is not { } found)
        {
            table.Unknown(line.Words, answer);
            return Print(answer, done: false);
        }
        if (found.Command.Place == CommandPlace.Here)
            return Print(answer, await CommandLadder.RunAsync(table, line.Words, new LocalInput(), answer, NullLogger.Instance, cancellation));
        var reading = _configuration.Read();
        // The data directory is all that leads to a running server: a file that has become bad keeps nobody from it.
        var directory = reading.Settings?.Directory ?? _configuration.DataDirectory();
        try
        {
            string[] words = [.. line.Words.Take(line.Words.Count - found.Arguments.Count), .. found.Command.Located(found.Arguments)];
            var inputs = directory is null ? [] : await ReadInputsAsync(found.Command, found.Arguments, cancellation);
            if (directory is not null && await ControlClient.AskAsync(directory, words, [.. inputs], answer.Line, cancellation) is { } done)
                return Print(answer, done);
            foreach (var problem in reading.Problems.Where(problem => problem.IsError))
                await errors.WriteLineAsync(problem.ToString());
            return reading.Settings is { } settings ? await AloneAsync(found.Command, words, settings, inputs, answer, cancellation) : 2;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or StoreException)
        {
            await errors.WriteLineAsync($"tell: {problem.Message}");
            return 1;
        }
    }

    private static async Task<Dictionary<string, byte[]>> ReadInputsAsync(Command command, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var inputs = new Dictionary<string, byte[]>();
        foreach (var name in command.Inputs(arguments).Distinct())
            inputs[name] = await new LocalInput().ReadAsync(name, cancellation);
        return inputs;
    }

    private async Task<int> AloneAsync(Command command, IReadOnlyList<string> words, MtaSettings settings, Dictionary<string, byte[]> inputs, Answer answer, CancellationToken cancellation)
    {
        // Reading makes no directory; sending and importing may be the first things that anybody does.
        if (command.Place == CommandPlace.Data && (inputs.Count > 0 || Directory.Exists(settings.Directory)))
        {
            await using var opened = await OpenedMta.OpenAsync(settings, new ConfigurationSource(_configuration), console: false, time, cancellation);
            var host = new MtaHost(opened.Mta.Operations, _configuration, _ => Task.CompletedTask, quitEnds: true);
            return Print(answer, await CommandLadder.RunAsync(ConsoleCommands.Table(host), words, new SentInput(Environment.UserName, inputs), answer, NullLogger.Instance, cancellation));
        }
        await errors.WriteLineAsync($"tell: not running: no Tell answers for {settings.Directory}. Start it with: {Invocation.Name} run{(line.Ini is { } ini ? $" --ini {ini}" : "")}");
        return 1;
    }

    private int Print(Answer answer, bool done)
    {
        // What is as it is, a message or JSON, keeps its lines.
        var isRaw = line.Words.Any(word => word.Equals("--raw", StringComparison.OrdinalIgnoreCase) || word.Equals("--json", StringComparison.OrdinalIgnoreCase));
        var width = isRaw ? null : Screen.Width(done ? Console.IsOutputRedirected : Console.IsErrorRedirected);
        foreach (var text in answer.Lines.SelectMany(text => Screen.Fold(text, width)))
            (done ? output : errors).WriteLine(text);
        return done ? 0 : 1;
    }
}
