using System.Text;
using Tell.Mail;

namespace Tell.Tests.Mail;

/// <summary>What a reader says of a message, as lines that can be compared, and its contents.</summary>
internal sealed class MimeTranscript
{
    private MimeTranscript(List<string> lines, Dictionary<string, byte[]> contents, MimeReader reader, List<MimeEntity> entities) =>
        (Lines, Contents, Problems, ProblemCount, Work, Entities) = (lines, contents, [.. reader.Problems.Select(p => p.ToString())], reader.ProblemCount, reader.Work, entities);

    /// <summary>"Begin 1 text/plain", "Content 1 5", "End 1"; contents that follow each other are one.</summary>
    public List<string> Lines { get; }

    /// <summary>The content of each leaf and what stands before the first part of each multipart, by section.</summary>
    public Dictionary<string, byte[]> Contents { get; }

    public List<MimeEntity> Entities { get; }

    public List<string> Problems { get; }

    public int ProblemCount { get; }

    public long Work { get; }

    public string Text(string section) => Encoding.Latin1.GetString(Contents[section]);

    public MimeEntity Entity(string section) => Entities.Single(entity => entity.Section == section);

    /// <summary>All in one text: equal for equal readings.</summary>
    public string Whole() => string.Join('\n', [.. Lines, .. Problems, .. Contents.Select(pair => $"{pair.Key}: {Convert.ToHexString(pair.Value)}")]);

    public static MimeTranscript Of(string message, MimeLimits? limits = null) => Of(Latin1(message), limits);

    public static MimeTranscript Of(byte[] message, MimeLimits? limits = null) => Of([message], limits);

    public static MimeTranscript Of(IEnumerable<ReadOnlyMemory<byte>> pieces, MimeLimits? limits = null)
    {
        var reader = new MimeReader(limits);
        var lines = new List<string>();
        var contents = new Dictionary<string, MemoryStream>();
        var entities = new List<MimeEntity>();
        var open = new Stack<MimeEntity>();
        foreach (var piece in pieces)
        {
            reader.Feed(piece);
            Drain();
        }
        reader.Complete();
        Drain();
        Assert.False(reader.Read());
        Assert.Equal(MimeToken.None, reader.Token);
        Assert.Empty(open);
        Assert.Equal(Math.Min(reader.ProblemCount, (limits ?? MimeLimits.Default).Problems), reader.Problems.Count);
        return new MimeTranscript(lines, contents.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray()), reader, entities);

        void Drain()
        {
            while (reader.Read())
            {
                var entity = reader.Entity;
                switch (reader.Token)
                {
                    case MimeToken.Begin:
                        Assert.Equal(open.Count, entity.Depth);
                        Assert.Same(open.Count > 0 ? open.Peek() : null, entity.Parent);
                        Assert.True(entity.Parent?.IsMultipart ?? true);
                        open.Push(entity);
                        entities.Add(entity);
                        lines.Add($"Begin {entity.Section} {entity.ContentType} {entity.Encoding} {entity.Disposition} {entity.FileName} {entity.ContentId} {entity.Header.Fields.Length} {entity.Header.IsComplete}");
                        contents.Add(entity.Section, new MemoryStream());
                        break;
                    case MimeToken.Preamble:
                        Assert.Same(open.Peek(), entity);
                        Assert.True(entity.IsMultipart);
                        Assert.False(reader.Octets.IsEmpty);
                        contents[entity.Section].Write(reader.Octets.Span);
                        break;
                    case MimeToken.Content:
                        Assert.Same(open.Peek(), entity);
                        Assert.False(reader.Octets.IsEmpty);
                        contents[entity.Section].Write(reader.Octets.Span);
                        break;
                    default:
                        Assert.Equal(MimeToken.End, reader.Token);
                        Assert.Same(open.Pop(), entity);
                        lines.Add($"End {entity.Section} {entity.IsMultipart}");
                        break;
                }
            }
        }
    }

    /// <summary>The octets in pieces of a size.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] message, int size)
    {
        // Each piece is a copy of its own, which is overwritten once it has been read out: nobody may hold on to it.
        for (var at = 0; at < message.Length; at += size)
        {
            var piece = message.AsSpan(at, Math.Min(size, message.Length - at)).ToArray();
            yield return piece;
            piece.AsSpan().Fill((byte)'!');
        }
    }

    public static byte[] Latin1(string message) => Encoding.Latin1.GetBytes(message);
}
