using System.Text;
using System.Text.Json;
using Tell.Commands;
using Tell.Hosting;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Tests.Tools;
using Answer = Tell.Commands.Answer;

namespace Tell.Tests.Mail.Corpus;

/// <summary>
/// Python's email package, which shares no code and no author with us, reads the corpus as <c>tell mime --json</c> does. Where it does not, disagreements.txt
/// says why ours is right: one line "message field: reason" each, no more and no fewer than there are.
/// </summary>
public sealed class CorpusTests
{
    private static readonly string[] Fields = ["subject", "from", "text", "html", "attachments", "parts"];

    [ToolFact("python3")]
    public async Task Python_reads_the_corpus_as_we_do_but_for_the_listed_disagreements()
    {
        var judgments = await CorpusMail.JudgmentsAsync();
        var messages = await CorpusMail.MessagesAsync();
        Assert.True(messages.Count >= 200, $"only {messages.Count} messages");
        Assert.Equal(messages.Count, judgments.Count);
        var found = new Dictionary<string, string>();
        var agreed = 0;
        foreach (var (name, octets) in messages)
        {
            var ours = await MimeAsync(octets);
            foreach (var field in Fields)
            {
                if (Difference(judgments[name].GetProperty(field), ours.GetProperty(field)) is { } difference)
                    found[$"{name} {field}"] = difference;
                else
                    agreed++;
            }
        }
        await File.WriteAllLinesAsync(Path.Combine(Checkout.Artifacts, "disagreements.txt"), found.Select(pair => $"{pair.Key}: {pair.Value}"));
        var listed = (await File.ReadAllLinesAsync(Path.Combine(CorpusMail.Folder, "disagreements.txt")))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(": ", 2))
            .ToList();
        Assert.All(listed, line => Assert.True(line is [_, { Length: > 20 }], $"\"{line[0]}\" has no reason"));
        var known = listed.Select(line => line[0]).ToList();
        Assert.Equal(known.Distinct().Count(), known.Count);
        var unlisted = found.Where(pair => !known.Contains(pair.Key)).Select(pair => $"{pair.Key}: {pair.Value}").ToList();
        Assert.True(unlisted.Count == 0, $"{unlisted.Count} disagreements are not in disagreements.txt:\n{string.Join('\n', unlisted)}");
        var gone = known.Where(key => !found.ContainsKey(key)).ToList();
        Assert.True(gone.Count == 0, $"no longer disagreements:\n{string.Join('\n', gone)}");
        Assert.True(agreed > found.Count * 20, $"only {agreed} fields agree");
    }

    /// <summary>What <c>tell mime - --json</c> prints.</summary>
    private static async Task<JsonElement> MimeAsync(byte[] octets)
    {
        var table = ConsoleCommands.Table(new NoHost(new ConfigurationFile("notes.ini")));
        var answer = new Answer();
        Assert.True(await table.RunAsync(["mime", "-", "--json"], new Given(octets), answer, CancellationToken.None));
        return JsonDocument.Parse(string.Join('\n', answer.Lines)).RootElement;
    }

    // Null where they agree. Where Python has null for the octets of an enclosed message it has no opinion.
    private static string? Difference(JsonElement judge, JsonElement ours)
    {
        if (judge.ValueKind != ours.ValueKind)
            return Told(judge, ours);
        switch (judge.ValueKind)
        {
            case JsonValueKind.Array:
                var (theirs, mine) = (judge.EnumerateArray().ToList(), ours.EnumerateArray().ToList());
                if (theirs.Count != mine.Count)
                    return $"Python has {theirs.Count} ({string.Join(' ', theirs.Take(10).Select(Short))}), we have {mine.Count} ({string.Join(' ', mine.Take(10).Select(Short))})";
                return theirs.Zip(mine).Select(pair => Difference(pair.First, pair.Second)).FirstOrDefault(difference => difference is not null);
            case JsonValueKind.Object:
                foreach (var property in judge.EnumerateObject())
                {
                    if (property is { Name: "size" or "sha256", Value.ValueKind: JsonValueKind.Null })
                        continue;
                    if (property.Name == "error" || Difference(property.Value, ours.GetProperty(property.Name)) is not null)
                        return Told(judge, ours);
                }
                return null;
            default:
                return judge.ToString() == ours.ToString() ? null : Told(judge, ours);
        }
    }

    private static string Told(JsonElement judge, JsonElement ours) => $"Python has {Short(judge)}, we have {Short(ours)}";

    private static string Short(JsonElement value)
    {
        var text = value.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 300 ? text : $"{text[..200]}...{text[^60..]} ({text.Length})";
    }

    private sealed class Given(byte[] octets) : ICommandInput
    {
        public Task<byte[]> ReadAsync(string name, CancellationToken cancellation) => Task.FromResult(octets);
    }
}
