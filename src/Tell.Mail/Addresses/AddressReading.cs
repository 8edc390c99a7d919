using System.Collections.Immutable;

namespace Tell.Mail;

/// <summary>Tokens of an address field put together to addresses, of which it keeps at most a number.</summary>
internal sealed class AddressReading(int most)
{
    private readonly ImmutableArray<ListedAddress>.Builder _read = ImmutableArray.CreateBuilder<ListedAddress>();

    // What has been read since the last separator: words outside angle brackets, words inside, the last comment.
    private readonly List<AddressToken> _words = [];
    private readonly List<AddressToken> _angle = [];
    private string _comment = "";
    private bool _inAngle, _hadAngle, _inRoute, _hasAt;
    private string? _group;
    private int _members;

    /// <summary>True where no more is kept.</summary>
    public bool IsFull => _read.Count >= most;

    /// <summary>The next token.</summary>
    public void Add(AddressToken token)
    {
        switch (token.Kind)
        {
            case 'c':
                _comment = token.Text.Length > 0 ? token.Text : _comment;
                break;
            case ',' when _inAngle && _inRoute:
                break;
            case ',':
                EndItem();
                break;
            case ';':
                EndItem();
                EndGroup();
                break;
            case '<' when !_inAngle:
                // Two addresses without a comma between them.
                if (_hadAngle)
                    EndItem();
                (_inAngle, _hadAngle) = (true, true);
                break;
            case '>':
                (_inAngle, _inRoute) = (false, false);
                break;
            case ':':
                Colon();
                break;
            case '<':
                break;
            default:
                Word(token);
                break;
        }
    }

    /// <summary>The addresses.</summary>
    public ImmutableArray<ListedAddress> Finish()
    {
        EndItem();
        EndGroup();
        return _read.DrainToImmutable();
    }

    private void Word(AddressToken token)
    {
        if (_inAngle)
        {
            // RFC 5322 4.4: a route begins with "@".
            _inRoute |= _angle.Count == 0 && token.Kind == '@';
            _angle.Add(token);
            return;
        }
        if (_hadAngle)
            EndItem();
        _words.Add(token);
        _hasAt |= token.Kind == '@';
    }

    private void Colon()
    {
        if (_inAngle)
        {
            // The end of a route, or "mailto:".
            if (_inRoute || (_angle is [var scheme] && scheme.Text.Equals("mailto", StringComparison.OrdinalIgnoreCase)))
                _angle.Clear();
            _inRoute = false;
        }
        else if (_words is [var only] && only.Text.Equals("mailto", StringComparison.OrdinalIgnoreCase))
        {
            _words.Clear();
        }
        else if (_words.Count > 0 && !_hasAt)
        {
            EndGroup();
            _group = AddressText.Phrase(_words);
            Clear();
        }
    }

    private void EndItem()
    {
        if (_hadAngle)
            Keep(AddressText.Phrase(_words) is { Length: > 0 } name ? name : AddressText.Comment(_comment), _angle);
        else if (_words.Count > 0)
            Bare();
        Clear();
    }

    // Without angle brackets: an address, or words around addresses where commas are missing ("a@x.test b@x.test", "Ada ada@x.test").
    private void Bare()
    {
        if (!_hasAt)
        {
            Put(new ListedAddress("", AddressText.Phrase(_words), null));
            return;
        }
        List<AddressToken> name = [];
        for (var start = 0; start < _words.Count;)
        {
            var end = AddressText.EndOfPart(_words, start);
            var part = _words.GetRange(start, end - start);
            if (part.Exists(word => word.Kind == '@'))
            {
                Keep(name.Count > 0 ? AddressText.Phrase(name) : end == _words.Count ? AddressText.Comment(_comment) : "", part);
                name.Clear();
            }
            else
            {
                name.AddRange(part);
            }
            start = end;
        }
        if (name.Count > 0)
            Put(new ListedAddress("", AddressText.Phrase(name), null));
    }

    private void Keep(string name, List<AddressToken> words)
    {
        var (address, mailbox) = AddressText.Address(words);
        if (name.Length > 0 || address.Length > 0)
            Put(new ListedAddress(name, address, mailbox));
    }

    private void Put(ListedAddress address)
    {
        _members++;
        if (!IsFull)
            _read.Add(_group is null ? address : address with { Group = _group });
    }

    private void EndGroup()
    {
        if (_group is not null && _members == 0)
            Put(new ListedAddress("", "", null));
        (_group, _members) = (null, 0);
    }

    private void Clear()
    {
        _words.Clear();
        _angle.Clear();
        _comment = "";
        (_inAngle, _hadAngle, _inRoute, _hasAt) = (false, false, false, false);
    }
}
