using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>Each transcript, however the client's octets are cut, gives the same replies and the same mail.</summary>
public class TranscriptTests
{
    public static TheoryData<string> Names => [.. Directory.GetFiles(Transcript.Folder(), "*.transcript").Select(f => Path.GetFileNameWithoutExtension(f)!).Order()];

    [Theory]
    [MemberData(nameof(Names))]
    public void By_exchange(string name)
    {
        var transcript = Transcript.Load(name);
        var dialogue = transcript.Begin();
        foreach (var (client, server) in transcript.Exchanges)
        {
            if (client.Length > 0)
                dialogue.Send(client);
            Assert.Equal(server, dialogue.Hear());
        }
        Finish(transcript, dialogue);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole(string name)
    {
        var transcript = Transcript.Load(name);
        var dialogue = transcript.Begin();
        dialogue.Send(transcript.AllSent);
        Assert.Equal(transcript.AllSaid, dialogue.Hear());
        Finish(transcript, dialogue);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Line_by_line(string name) => Cut(name, Lines);

    [Theory]
    [MemberData(nameof(Names))]
    public void Octet_by_octet(string name) => Cut(name, text => text.Select(c => c.ToString()));

    [Theory]
    [MemberData(nameof(Names))]
    public void Whole_in_segments_of_a_few_octets(string name)
    {
        for (var size = 1; size <= 3; size++)
        {
            var transcript = Transcript.Load(name);
            var dialogue = transcript.Begin(new MemoryConnection(size));
            dialogue.Send(transcript.AllSent);
            Assert.Equal(transcript.AllSaid, dialogue.Hear());
            Finish(transcript, dialogue);
        }
    }

    private static IEnumerable<string> Lines(string text)
    {
        var lines = text.Split('\n');
        return lines.Select((line, i) => i == lines.Length - 1 ? line : line + '\n');
    }

    private static void Cut(string name, Func<string, IEnumerable<string>> cut)
    {
        var transcript = Transcript.Load(name);
        var dialogue = transcript.Begin();
        foreach (var (client, server) in transcript.Exchanges)
        {
            var said = "";
            foreach (var piece in cut(client))
            {
                if (piece.Length > 0 && !dialogue.Done.IsCompleted)
                    dialogue.Send(piece);
                said += dialogue.Hear();
            }
            Assert.Equal(server, said + dialogue.Hear());
        }
        Finish(transcript, dialogue);
    }

    private static void Finish(Transcript transcript, Dialogue dialogue)
    {
        Assert.Equal(transcript.End != SessionEnd.Vanished, dialogue.Done.IsCompleted);
        if (transcript.End == SessionEnd.Vanished)
            dialogue.Close();
        Assert.Equal("", dialogue.Hear());
        Assert.Equal(transcript.End, dialogue.End);
        Assert.True(dialogue.Connection.IsClosed);
        Assert.Equal(transcript.Mails.Select(m => m.Envelope), dialogue.Catcher.Mails.Select(m => m.ToString()));
        Assert.Equal(transcript.Mails.Select(m => m.Content), dialogue.Catcher.Mails.Select(m => m.Content));
        Assert.Equal(0, dialogue.Catcher.Open);
    }
}
