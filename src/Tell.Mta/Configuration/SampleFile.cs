using System.Text;

namespace Tell.Mta.Configuration;

/// <summary>Writes notes.ini.sample from the catalogue.</summary>
public static class SampleFile
{
    /// <summary>The text: every setting with its sentence, form and default, commented out. Read as it is, it changes nothing.</summary>
    public static string Text { get; } = Write();

    private static string Write()
    {
        var text = new StringBuilder()
            .Append("; The configuration of Tell. Copy it to notes.ini and take the \";\" off the lines that you change.\n")
            .Append("; Keys are read without regard to case, lists are comma-separated, durations are ISO 8601 (PT5M, P5D).\n")
            .Append("; This file is generated from the settings catalogue: `tell --sample` prints it.\n");
        var room = "";
        foreach (var setting in SettingsCatalogue.All)
        {
            if (setting.Room != room)
                text.Append("\n; ---- ").Append(room = setting.Room).Append('\n');
            text.Append('\n');
            foreach (var line in Wrap(setting.Sentence))
                text.Append("; ").Append(line).Append('\n');
            text.Append("; ").Append(setting.Form).Append('\n');
            text.Append(';').Append(setting.Name).Append('=').Append(setting.Default).Append('\n');
        }
        return text.ToString();
    }

    private static IEnumerable<string> Wrap(string sentence)
    {
        var line = new StringBuilder();
        foreach (var word in sentence.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > 110)
            {
                yield return line.ToString();
                line.Clear();
            }
            line.Append(line.Length > 0 ? " " : "").Append(word);
        }
        yield return line.ToString();
    }
}
