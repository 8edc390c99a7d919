using System.Buffers;
using System.Text;

namespace Tell.Mail;

/// <summary>
/// The tokens of an address field (RFC 5322 3.2). What is opened and never closed is passed over as a character without meaning; that is found once for each
/// kind, so that the field is walked a fixed number of times.
/// </summary>
internal sealed class AddressScanner(string field)
{
    private static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@,\"");

    private int _at;
    private bool _noQuote, _noComment, _noLiteral, _apart;

    /// <summary>The next token; false at the end.</summary>
    public bool TryNext(out AddressToken token)
    {
        while (_at < field.Length)
        {
            var c = field[_at];
            if (c is ' ' || char.IsControl(c))
            {
                (_apart, _at) = (true, _at + 1);
                continue;
            }
            if (TryEnclosed(c, out token))
            {
                _apart = c == '(';
                return true;
            }
            if (c is '"' or '(' or ')' or '[' or ']')
            {
                _at++;
                continue;
            }
            token = Specials.Contains(c) ? new AddressToken(c, field.Substring(_at++, 1), _apart) : new AddressToken('a', Atom(), _apart);
            _apart = false;
            return true;
        }
        token = default;
        return false;
    }

    private bool TryEnclosed(char c, out AddressToken token)
    {
        token = default;
        return c switch
        {
            '"' when !_noQuote => TryQuoted(out token) || !(_noQuote = true),
            '(' when !_noComment => TryComment(out token) || !(_noComment = true),
            '[' when !_noLiteral => TryLiteral(out token) || !(_noLiteral = true),
            _ => false,
        };
    }

    // Characters up to white space or a special; an encoded word is one piece, whatever careless programs leave inside.
    private string Atom()
    {
        var start = _at;
        while (_at < field.Length && field[_at] != ' ' && !char.IsControl(field[_at]) && !Specials.Contains(field[_at]))
        {
            var word = EncodedWord.LengthAt(field.AsSpan(_at));
            // Outside quotes a backslash quotes too (RFC 822).
            _at = Math.Min(field.Length, _at + Math.Max(word, field[_at] == '\\' ? 2 : 1));
        }
        return field[start.._at];
    }

    private bool TryQuoted(out AddressToken token)
    {
        var text = new StringBuilder();
        for (var i = _at + 1; i < field.Length; i++)
        {
            if (field[i] == '"')
            {
                (token, _at) = (new AddressToken('q', text.ToString(), _apart), i + 1);
                return true;
            }
            if (field[i] == '\\' && i + 1 < field.Length)
                i++;
            if (field[i] is not ('\r' or '\n' or '\0'))
                text.Append(field[i]);
        }
        token = default;
        return false;
    }

    private bool TryComment(out AddressToken token)
    {
        var text = new StringBuilder();
        var depth = 0;
        for (var i = _at; i < field.Length; i++)
        {
            var c = field[i];
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0)
            {
                (token, _at) = (new AddressToken('c', text.ToString().Trim(), _apart), i + 1);
                return true;
            }
            if (c == '\\' && i + 1 < field.Length)
                c = field[++i];
            if (i > _at && c is not ('\r' or '\n' or '\0'))
                text.Append(c);
        }
        token = default;
        return false;
    }

    private bool TryLiteral(out AddressToken token)
    {
        token = default;
        var end = field.IndexOf(']', _at);
        if (end < 0)
            return false;
        token = new AddressToken('d', string.Concat(field[_at..(end + 1)].Where(c => c != ' ' && !char.IsControl(c))), _apart);
        _at = end + 1;
        return true;
    }
}
