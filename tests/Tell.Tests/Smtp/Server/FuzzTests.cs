using System.Text;
using Tell.Smtp.Server;

namespace Tell.Tests.Smtp.Server;

/// <summary>Clients that send anything. The seed is in the failure message; put a crasher into a test of its own.</summary>
public class FuzzTests
{
    private static readonly string[] Words =
    [
        "EHLO client.example\r\n", "HELO x\r\n", "MAIL FROM:<a@client.example>\r\n", "MAIL FROM:<>", " SIZE=12", " SMTPUTF8", " BODY=8BITMIME", "RCPT TO:<b@mx.example>\r\n",
        " RET=HDRS", " ENVID=a+2Bb", " MT-PRIORITY=3", " BY=60;R", " HOLDFOR=60", " NOTIFY=NEVER", " ORCPT=rfc822;b", " BODY=BINARYMIME", "ETRN x\r\n",
        "BDAT 0\r\n", "BDAT 7\r\n", "BDAT 20 LAST\r\n", "BDAT 0 LAST\r\n", "BDAT 99999999999999999999\r\n", "BDAT x\r\n",
        "RCPT TO:<@a,@b:c@d>\r\n", "DATA\r\n", ".\r\n", "\r\n", "\n", "\r", ".", "RSET\r\n", "NOOP", "HELP\r\n", "VRFY x\r\n", "<", ">", "\"", "\\", "@", "\0", "\u00ff", " ", ":", "=",
        "MAIL FROM:<full@client.example>\r\n", "MAIL FROM:<nocommit@client.example>\r\n", "RCPT TO:<broken@mx.example>\r\n",
    ];

    [Fact]
    public void Random_words_of_the_protocol_never_break_a_session()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            Play(seed, random, () => Words[random.Next(Words.Length)], 120);
        }
    }

    [Fact]
    public void Random_octets_never_break_a_session()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Play(seed, random, () => new string(Enumerable.Range(0, random.Next(1, 400)).Select(_ => (char)random.Next(256)).ToArray()), 40);
        }
    }

    [Fact]
    public void However_a_message_is_cut_into_chunks_it_arrives_as_by_DATA()
    {
        const string Alphabet = "\r\r\r\n\n\n\n..ab\0";
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var message = new string([.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]) + "end\r\n";
            var dialogue = new Dialogue(connection: new MemoryConnection(random.Next(2) * random.Next(1, 9)));
            dialogue.Send(Dialogue.Envelope + "DATA\r\n" + Stuff(message) + ".\r\n");
            dialogue.Send("MAIL FROM:<>\r\nRCPT TO:<b@mx.example>\r\n");
            for (var rest = message; rest.Length > 0;)
            {
                var size = random.Next(rest.Length + 1);
                dialogue.Send($"BDAT {size}\r\n{rest[..size]}");
                rest = rest[size..];
            }
            dialogue.Send("BDAT 0 LAST\r\n");
            Assert.True(dialogue.Catcher.Mails.Count == 2, $"seed {seed}");
            Assert.Equal(dialogue.Catcher.Mails[0].Content, dialogue.Catcher.Mails[1].Content);
        }
    }

    // RFC 5321 4.5.2.
    private static string Stuff(string message) =>
        (message.StartsWith('.') ? "." : "") + message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);

    private static void Play(int seed, Random random, Func<string> next, int steps)
    {
        var sent = new StringBuilder();
        var connection = new MemoryConnection(random.Next(4) == 0 ? random.Next(1, 9) : 0);
        var dialogue = new Dialogue(Dialogue.Options with { MaxErrors = random.Next(2) * 30, Etrn = true, FutureRelease = TimeSpan.FromDays(1) }, connection: connection);
        var said = dialogue.Hear();
        for (var step = 0; step < steps && !dialogue.Done.IsCompleted; step++)
        {
            var text = next();
            sent.Append(text);
            dialogue.Send(text);
            said += dialogue.Hear();
        }
        if (!dialogue.Done.IsCompleted)
        {
            if (random.Next(2) == 0)
                dialogue.Close();
            else
                dialogue.Connection.Reset();
        }
        Assert.True(dialogue.Done.IsCompletedSuccessfully, $"seed {seed}: {dialogue.Done.Exception}");
        Assert.Equal(0, dialogue.Catcher.Open);
        Assert.Equal(dialogue.Catcher.Mails.Count, said.Split("250 2.0.0 Taken\r\n").Length - 1);
        if (seed % 10 != 0)
            return;
        // The same octets in one go say the same.
        var again = new Dialogue(Dialogue.Options with { MaxErrors = 0 });
        var byExchange = new Dialogue(Dialogue.Options with { MaxErrors = 0 });
        again.Send(sent.ToString());
        foreach (var c in sent.ToString())
            byExchange.Send(c.ToString());
        Assert.Equal(again.Hear(), byExchange.Hear());
        Assert.Equal(again.Catcher.Mails.Select(m => m.Content), byExchange.Catcher.Mails.Select(m => m.Content));
    }
}
