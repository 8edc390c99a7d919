using System.Text;
using Tell.Mta.Operations;

namespace Tell.Tests.Mta;

/// <summary>mboxrd, however a message is cut into pieces.</summary>
public sealed class MboxTextTests
{
    [Theory]
    [InlineData("a\r\nFrom b\r\n", "a\n>From b\n\n")]
    [InlineData("From b\r\n>From c\r\n>>>From d", ">From b\n>>From c\n>>>>From d\n\n")]
    [InlineData("Fro\r\nFrom\r\n>Fr\r\n x From y\r\nFFrom z\r\n", "Fro\nFrom\n>Fr\n x From y\nFFrom z\n\n")]
    [InlineData("a\rFrom b\r\r\nFrom ", "a\rFrom b\r\n>From \n\n")]
    [InlineData("From", "From\n\n")]
    [InlineData(">", ">\n\n")]
    [InlineData("a\r\n", "a\n\n")]
    [InlineData("", "\n")]
    public void Lines_that_look_like_the_start_of_a_message_are_quoted(string message, string expected)
    {
        var octets = Encoding.ASCII.GetBytes(message);
        for (var first = 0; first <= octets.Length; first++)
        {
            for (var second = first; second <= octets.Length; second++)
            {
                var text = new MboxText();
                var all = new List<byte>();
                foreach (var piece in new[] { octets[..first], octets[first..second], octets[second..] })
                    all.AddRange(text.Take(piece).Span);
                all.AddRange(text.End().Span);
                Assert.Equal(expected, Encoding.ASCII.GetString([.. all]));
            }
        }
    }
}
