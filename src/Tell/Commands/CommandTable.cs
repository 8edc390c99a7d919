using Tell.Mta.Configuration;

namespace Tell.Commands;

/// <summary>All commands. Words are found without regard to case; the longest row that the words begin with is the one that is meant.</summary>
public sealed class CommandTable
{
    private readonly Command[] _commands;

    /// <summary>A table.</summary>
    /// <exception cref="ArgumentException">Two commands have the same words.</exception>
    public CommandTable(IEnumerable<Command> commands)
    {
        _commands = [.. commands];
        if (_commands.DistinctBy(command => command.Words).Count() != _commands.Length)
            throw new ArgumentException("Two commands have the same words.", nameof(commands));
    }

    /// <summary>The commands, in the order of HELP.</summary>
    public IReadOnlyList<Command> Commands => _commands;

    /// <summary>
    /// The command that words mean, and how many of them are its own; null where there is none. From a shell the program's name is the
    /// verb, so "smtpmta quit" means TELL SMTPMTA QUIT.
    /// </summary>
    public (Command Command, IReadOnlyList<string> Arguments)? Find(IReadOnlyList<string> words)
    {
        var found = Longest(words) ?? Longest([Tell, .. words]);
        if (found is not { } match)
            return null;
        var own = match.Own - (Longest(words) is null ? 1 : 0);
        return (match.Command, [.. words.Skip(own)]);
    }

    /// <summary>Runs the command that words mean; false where there is none or it failed. What went wrong is in the answer.</summary>
    public async Task<bool> RunAsync(IReadOnlyList<string> words, ICommandInput input, Answer answer, CancellationToken cancellation)
    {
        if (Find(words) is not { } found)
        {
            Unknown(words, answer);
            return false;
        }
        return await found.Command.Handler(new CommandCall(found.Command, found.Arguments, input, answer, cancellation));
    }

    /// <summary>Says that words are no command, and which are near.</summary>
    public void Unknown(IReadOnlyList<string> words, Answer answer)
    {
        answer.Line($"{(Matching(words).Count > 0 ? "Incomplete" : "Unknown")} command: {string.Join(' ', words)}");
        var near = Near(words);
        if (near.Count > 0)
            answer.Line("Did you mean:");
        foreach (var command in near)
            answer.Line($"  {command.Usage}");
        answer.Line("HELP lists all commands.");
    }

    /// <summary>The commands that words may have been meant for: all that they begin, else all that they end, else at most four that are near.</summary>
    public IReadOnlyList<Command> Near(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
            return [];
        var begun = Matching(words);
        if (begun.Count > 0)
            return begun;
        var ended = Ending(words);
        if (ended.Count > 0)
            return ended;
        foreach (var typed in (IReadOnlyList<string>[])[words, [Tell, .. words]])
        {
            var lengths = _commands.Select(command => command.Words.Split(' ').Length).Distinct().OrderDescending();
            // At least one word must be one that was typed: TELL alone is near to HELP, whatever follows it.
            foreach (var length in lengths.Where(length => length <= typed.Count && length > typed.Count - words.Count))
            {
                var near = Spelling.Nearest(
                    string.Join(' ', typed.Take(length)),
                    _commands.Where(command => command.Words.Split(' ').Length == length).Select(command => command.Words), 4);
                if (near.Count > 0)
                    return [.. near.Select(name => _commands.First(command => command.Words.Equals(name, StringComparison.OrdinalIgnoreCase)))];
            }
        }
        var firsts = Spelling.Nearest(words[0], _commands.Select(command => command.Words.Split(' ')[0]), 1);
        return firsts.Count > 0 ? Matching(firsts) : [];
    }

    /// <summary>The commands whose words begin with some words.</summary>
    public IReadOnlyList<Command> Matching(IReadOnlyList<string> words)
    {
        var start = string.Join(' ', words) + ' ';
        return [.. _commands
            .Where(command => (command.Words + ' ').StartsWith(start, StringComparison.OrdinalIgnoreCase)
                || (command.Words + ' ').StartsWith($"{Tell} {start}", StringComparison.OrdinalIgnoreCase))];
    }

    // "refresh" and "show version" are the ends of commands that begin with TELL SMTPMTA.
    private IReadOnlyList<Command> Ending(IReadOnlyList<string> words)
    {
        var end = ' ' + string.Join(' ', words.Count > 1 && words[0].Equals(Tell, StringComparison.OrdinalIgnoreCase) ? words.Skip(1) : words);
        return [.. _commands.Where(command => command.Words.EndsWith(end, StringComparison.OrdinalIgnoreCase))];
    }

    private const string Tell = "TELL";

    private (Command Command, int Own)? Longest(IReadOnlyList<string> words)
    {
        (Command, int)? best = null;
        foreach (var command in _commands)
        {
            var own = command.Words.Split(' ');
            if (own.Length <= words.Count && own.Length > (best?.Item2 ?? 0)
                && own.Zip(words).All(pair => pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase)))
                best = (command, own.Length);
        }
        return best;
    }
}
