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
        foreach (var problem in reading.Problems.Where(problem => problem.IsError))
            await errors.WriteLineAsync(problem.ToString());
        if (reading.Settings is not { } settings)
            return 2;
        try
        {
            return await AskAsync(table, found.Command, found.Arguments, settings, cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or StoreException)
        {
            await errors.WriteLineAsync($"tell: {problem.Message}");
            return 1;
        }
    }

    private async Task<int> AskAsync(CommandTable table, Command command, IReadOnlyList<string> arguments, MtaSettings settings, CancellationToken cancellation)
    {
        var inputs = new Dictionary<string, byte[]>();
        foreach (var name in command.Inputs(arguments).Distinct())
            inputs[name] = await new LocalInput().ReadAsync(name, cancellation);
        var answer = new Answer();
        if (await ControlClient.AskAsync(settings.Directory, line.Words, [.. inputs], answer.Line, cancellation) is { } done)
            return Print(answer, done);
        // Reading makes no directory; sending and importing may be the first things that anybody does.
        if (command.Place == CommandPlace.Data && (inputs.Count > 0 || Directory.Exists(settings.Directory)))
        {
            await using var opened = await OpenedMta.OpenAsync(settings, new ConfigurationSource(_configuration), console: false, time, cancellation);
            var host = new MtaHost(opened.Mta.Operations, _configuration, _ => Task.CompletedTask, quitEnds: true);
            return Print(answer, await CommandLadder.RunAsync(ConsoleCommands.Table(host), line.Words, new SentInput(inputs), answer, NullLogger.Instance, cancellation));
        }
        await errors.WriteLineAsync($"tell: not running: no Tell answers for {settings.Directory}. Start it with: {Invocation.Name} run{(line.Ini is { } ini ? $" --ini {ini}" : "")}");
        return 1;
    }

    private int Print(Answer answer, bool done)
    {
        foreach (var text in answer.Lines)
            (done ? output : errors).WriteLine(text);
        return done ? 0 : 1;
    }
}
