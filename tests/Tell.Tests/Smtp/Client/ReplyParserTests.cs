using System.Buffers;
using System.Text;
using Tell.Smtp;
using Tell.Smtp.Client;

namespace Tell.Tests.Smtp.Client;

public sealed class ReplyParserTests
{
    [Theory]
    [InlineData("250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok")]
    [InlineData("250\r\n", 250, "", "")]
    [InlineData("250 \n", 250, "", "")]
    [InlineData("550-5.1.1 a\r\n550 5.1.1 b\r\n", 550, "5.1.1", "a|b")]
    [InlineData("550-5.1.1 a\r\n550-\r\n550 5.1.10 b\r\n", 550, "5.1.1", "a||5.1.10 b")]
    [InlineData("550 2.1.0 contradiction\r\n", 550, "", "2.1.0 contradiction")]
    [InlineData("450 4.7.1\r\n", 450, "4.7.1", "")]
    [InlineData("354 2.0.0 go\r\n", 354, "", "2.0.0 go")]
    [InlineData("250 a\0b\rc\x1b[31m\td\r\n", 250, "", "a b c [31m d")]
    [InlineData("550 gr\u00fc\u00df dich\r\n", 550, "", "gr\u00fc\u00df dich")]
    public void Replies_are_read_whole_or_in_two_pieces_at_every_octet(string octets, int code, string status, string lines)
    {
        var bytes = Encoding.UTF8.GetBytes(octets);
        for (var split = 0; split <= bytes.Length; split++)
        {
            var reply = Assert.Single(Read(bytes, split));
            Assert.Equal((code, status, lines), (reply.Code, reply.Status.ToString(), string.Join('|', reply.Lines.Select(line => line.Text))));
        }
    }

    [Fact]
    public void Octets_that_are_not_UTF8_are_replaced() => Assert.Equal("550 a\ufffdb", Read([.. "550 a"u8, 0xff, .. "b\r\n"u8], 3)[0].ToString());

    [Fact]
    public void Replies_that_come_together_are_taken_one_by_one_and_equal_ones_are_kept()
    {
        var replies = Read("250 2.1.0 Ok\r\n250-a\r\n250 b\r\n250 2.1.0 Ok\r\n"u8.ToArray(), 20);
        Assert.Equal(["250 2.1.0 Ok", "250 a b", "250 2.1.0 Ok"], replies.Select(reply => reply.ToString()));
        Assert.Same(replies[0], replies[2]);
    }

    [Fact]
    public void Any_octets_are_read_without_an_exception_and_alike_however_they_are_cut()
    {
        var random = new Random(5321);
        var words = new[] { "250", "421", "-", " ", "\r\n", "\n", "\r", "5.1.1", "2.0.0", "x", "\0", "é", "999", "12", "" };
        for (var round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(30); i >= 0; i--)
                text.Append(words[random.Next(words.Length)]);
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            var whole = Tell(Read(bytes, 0));
            Assert.Equal(whole, Tell(Read(bytes, random.Next(bytes.Length + 1))));
        }

        static string Tell(List<Reply> replies) => string.Join('\n', replies);
    }

    private static List<Reply> Read(byte[] bytes, int split)
    {
        var parser = new ReplyParser();
        var replies = new List<Reply>();
        var consumed = 0;
        foreach (var end in new[] { split, bytes.Length })
        {
            while (true)
            {
                var input = Sequence(bytes.AsMemory(consumed, end - consumed), Math.Max(0, split - consumed));
                var before = input.Length;
                var read = parser.Read(ref input, out var reply, out _);
                consumed += (int)(before - input.Length);
                if (read == ReplyRead.Fault)
                    return replies;
                if (read == ReplyRead.NeedMore)
                    break;
                replies.Add(reply!);
            }
        }
        return replies;
    }

    private static ReadOnlySequence<byte> Sequence(ReadOnlyMemory<byte> octets, int split)
    {
        if (split <= 0 || split >= octets.Length)
            return new ReadOnlySequence<byte>(octets);
        var first = new Segment(octets[..split], null);
        var last = new Segment(octets[split..], first);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            before.Next = this;
            RunningIndex = before.RunningIndex + before.Memory.Length;
        }
    }
}
