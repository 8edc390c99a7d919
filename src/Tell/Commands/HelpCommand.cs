using Tell.Mta.Configuration;

namespace Tell.Commands;

/// <summary>HELP, written from the table and the settings catalogue.</summary>
internal static class HelpCommand
{
    /// <summary>The row; the table is asked for when it is called, since the row is part of it.</summary>
    public static Command For(Func<CommandTable> table) => new()
    {
        Words = "HELP",
        Form = "[WORD ...|SETTINGS|NAME of a setting]",
        Group = "Console",
        Place = CommandPlace.Here,
        Summary = "List the commands, or explain one.",
        Detail = "HELP SHOW lists what begins with SHOW; HELP SETTINGS lists the settings; HELP SMTPMTA_Listen explains one.",
        Handler = call => Task.FromResult(Answer(table(), call)),
    };

    private static bool Answer(CommandTable table, CommandCall call)
    {
        var words = call.Arguments;
        if (words.Count == 0)
            return All(table, call.Answer);
        if (words is [var word] && word.Equals("SETTINGS", StringComparison.OrdinalIgnoreCase))
        {
            call.Answer.Table([.. SettingsCatalogue.All.Select(setting => (string[])[$"  {setting.Name}", setting.Default])]);
            call.Answer.Line("HELP NAME explains one; SET CONFIGURATION NAME=VALUE changes it.");
            return true;
        }
        if (words is [var name] && (SettingsCatalogue.Find(name) ?? SettingsCatalogue.Find(SettingsCatalogue.Prefix + name)) is { } found)
            return One(found, call.Answer);
        var commands = table.Matching(words);
        if (commands.Count == 0)
        {
            table.Unknown(words, call.Answer);
            return false;
        }
        foreach (var command in commands)
        {
            call.Answer.Line(command.Usage);
            call.Answer.Line($"  {command.Summary}");
            foreach (var line in command.Detail.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                call.Answer.Line($"  {line}");
        }
        return true;
    }

    private static bool All(CommandTable table, Answer answer)
    {
        var width = table.Commands.Max(command => command.Words.Length) + 2;
        foreach (var group in table.Commands.GroupBy(command => command.Group))
        {
            answer.Line(group.Key);
            foreach (var command in group)
                answer.Line($"  {command.Words.PadRight(width)}{command.Summary}");
            answer.Line();
        }
        answer.Line("HELP WORD explains one. Words are read without regard to case.");
        answer.Line("From a shell the program's name is the verb: tell smtpmta quit means TELL SMTPMTA QUIT.");
        return true;
    }

    private static bool One(Setting setting, Answer answer)
    {
        answer.Line($"{setting.Name}={setting.Default}");
        answer.Line($"  {setting.Sentence}");
        answer.Line($"  {setting.Form}");
        return true;
    }
}
