using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Conversion;
using Tell.Mta.Inbound;
using Tell.Mta.Reports;
using Tell.Mta.Routing;

namespace Tell.Mta.LocalDelivery;

/// <summary>
/// Whom a Memo reaches: groups give way to their members, users who send mail on to where they send it, each once. The ways form a graph, which
/// is walked in breadth, so that circles end by themselves and each is reached by its shortest way. Nobody is lost: a circle that leads to
/// nobody fails, and what has come back from elsewhere to somebody who sends it on is held. Nothing is changed by it, and asking again gives the same while the address book is the same.
/// </summary>
internal sealed class Expansion
{
    /// <summary>The places that are looked at in one go; groups are always opened whole.</summary>
    public const int MostPlaces = 10_000;

    /// <summary>How often a Memo may be sent on where $Loops does not say (facts: lotus 1.3).</summary>
    public const int MostForwardings = 10;

    /// <summary>Why a Memo fails that is forwarded from one to the next, and to nobody.</summary>
    public const string Loop = "Mail for this address comes back to it: it is forwarded in a circle";

    /// <summary>Why a Memo that was sent on too often fails.</summary>
    public const string TooFar = "The message was forwarded too often";

    /// <summary>Why a Memo for a group without members fails.</summary>
    public const string NoMembers = "The group has no members";

    // What the sender of a message to a list wanted to know is nothing to the owner of the list, nor what the item DeliveryReport says.
    private const Notify OfLists = Notify.Failure | Notify.Delay;

    private readonly MtaContext _context;
    private readonly Document _memo;
    private readonly int _forwardings;
    private readonly Queue<Place> _open = new();
    private readonly Dictionary<Mailbox, Place> _addresses = [];
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unresolved = new(StringComparer.Ordinal);
    private readonly List<(Place Place, RecipientStatus State, string What)> _replaced = [];
    private readonly List<Place> _passedOn = [];
    private readonly HashSet<Place> _failed = [];
    private HashSet<string>? _delivered;

    private Expansion(MtaContext context, Document memo)
    {
        (_context, _memo) = (context, memo);
        _forwardings = ForwardingsLeft(memo);
    }

    /// <summary>Those whom it reaches.</summary>
    public List<Stop> Stops { get; } = [];

    /// <summary>Those whom it does not reach, with status and reason.</summary>
    public List<Stop> Failures { get; } = [];

    /// <summary>Those who have sent it on before, and have it again.</summary>
    public List<(Stop Stop, string Reason)> Circling { get; } = [];

    /// <summary>Those who are not looked at yet, because there are too many.</summary>
    public List<Stop> Rest { get; } = [];

    /// <summary>How many users send it on.</summary>
    public int Forwarded { get; private set; }

    /// <summary>How many groups gave way to their members.</summary>
    public int Expanded { get; private set; }

    /// <summary>Who gave way to others: "expanded" or "forwarded", the recipient, and to how many.</summary>
    public List<(string Fact, Recipient Recipient, int By)> Replaced { get; } = [];

    /// <summary>
    /// Who came to a good end by giving way to others (RFC 3461 5.2.7): a group whose members have taken its place (expanded), a mailing list, which tells its owner
    /// from here on (delivered), and who sends mail on to several (expanded).
    /// </summary>
    public IEnumerable<(Stop Stop, RecipientStatus State, string What)> Successes =>
        _replaced.Where(one => !_failed.Contains(one.Place)).Select(one => (one.Place.Stop with { Also = one.Place.Also }, one.State, one.What))
            // What becomes of it there is told by the first of the names.
            .Concat(_passedOn.Where(place => !_failed.Contains(place)).SelectMany(place => place.Also).Select(also => (also, RecipientStatus.Expanded, "gave way to one address")));

    /// <summary>Members of groups who are nobody.</summary>
    public IReadOnlyCollection<string> Unresolved => _unresolved;

    /// <summary>Finds out.</summary>
    public static async ValueTask<Expansion> OfAsync(Document memo, MtaContext context, CancellationToken stop)
    {
        var expansion = new Expansion(context, memo);
        expansion.Begin();
        while (expansion._open.TryDequeue(out var place))
            await expansion.GoAsync(place, stop);
        expansion.FailCircles();
        return expansion;
    }

    /// <summary>How often a Memo may still be sent on, counted from its first recipients.</summary>
    public static int ForwardingsLeft(Document memo) =>
        memo[ItemNames.Loops] is { Numbers: [var number, ..] } ? (int)Math.Clamp(number, 0, MostForwardings) : MostForwardings;

    private void Begin()
    {
        var recipients = MemoItems.Notified(_memo, _memo.Envelope!.Recipients);
        var trails = Parts.TrailsOf(_memo);
        // Of names that turn out to be one the first answers for all: one of whose failure the sender wants to hear, if there is any (RFC 3461 4.1).
        BeginWith(wantsFailure: true);
        BeginWith(wantsFailure: false);

        void BeginWith(bool wantsFailure)
        {
            for (var i = 0; i < recipients.Length; i++)
            {
                if (Wish.Wants(_memo.Envelope!, recipients[i], DeliveryAction.Failed) == wantsFailure && !IsKnown(recipients[i].Address, null))
                    Add(new Stop(recipients[i], _memo.Envelope!.Sender, i < trails.Length ? trails[i] : Trail.Empty) { IsAsGiven = true }, null);
            }
        }
    }

    // An address that is known leads where it led before: of all that lead there the first decides on the way.
    private bool IsKnown(Mailbox address, Place? from)
    {
        if (!_addresses.TryGetValue(address, out var place))
            return false;
        place.Join(from);
        return true;
    }

    private void Add(Stop stop, Place? from)
    {
        var place = new Place(stop);
        place.Join(from);
        _addresses.Add(stop.Recipient.Address, place);
        _open.Enqueue(place);
    }

    private async ValueTask GoAsync(Place place, CancellationToken cancellation)
    {
        var address = place.Stop.Recipient.Address;
        var where = await _context.Directory.LocateAsync(address, cancellation);
        var key = where.Kind switch
        {
            LocalityKind.Local => where.User!.MailFile,
            LocalityKind.Group => $"group:{Line.Clean(where.Group!.Name.ToLowerInvariant())}",
            _ => $"to:{address}",
        };
        // Another address of the same.
        if (!_places.TryAdd(key, place))
        {
            _places[key].Take(place);
            _addresses[address] = _places[key];
            return;
        }
        if (_places.Count > MostPlaces && where.Kind != LocalityKind.Group)
        {
            Rest.Add(place.Stop with { Also = place.Also });
            place.IsServed = true;
        }
        else
        {
            await OpenAsync(place, key, where, cancellation);
        }
    }

    private async ValueTask OpenAsync(Place place, string key, Locality where, CancellationToken cancellation)
    {
        var stop = place.Stop;
        switch (where.Kind)
        {
            case LocalityKind.Unknown:
                Fail(place, new EnhancedStatus(5, 1, 1), InboundConversionHandler.NotListed);
                break;
            // What has passed a group or somebody who sends mail on does not pass it again.
            case LocalityKind.Group when !stop.Trail.Passed(key):
                if (await HasComeBackAsync(stop.Recipient.Address, cancellation))
                    Hold(place);
                else
                    OpenGroup(place, key, where.Group!);
                break;
            case LocalityKind.Group:
                break;
            case LocalityKind.Local when where.User is { Forward.IsEmpty: false } user && !stop.Trail.Passed(key):
                if (await HasComeBackAsync(stop.Recipient.Address, cancellation))
                    Hold(place);
                else if (stop.Trail.Forwardings >= _forwardings)
                    Fail(place, new EnhancedStatus(5, 4, 6), TooFar);
                else
                    SendOn(place, key, user);
                break;
            // Back at somebody who has sent it on, and keeps no copy: the way leads nowhere.
            case LocalityKind.Local when where.User is { Forward.IsEmpty: false, KeepsCopy: false } && !stop.IsAsGiven:
                break;
            default:
                End(place, stop with { User = where.User });
                break;
        }
    }

    private void OpenGroup(Place place, string key, LocalGroup group)
    {
        var stop = place.Stop;
        var trail = stop.Trail.ThroughGroup(key, stop.Recipient.Address);
        // RFC 5321 3.9.2: of a list, its owner hears of failures. Of what must not be answered, nobody does.
        var isList = group.Owner is not null && stop.Sender is not null;
        Expanded++;
        Replaced.Add(("expanded", stop.Recipient, group.Members.Length));
        _replaced.Add((place, isList ? RecipientStatus.Delivered : RecipientStatus.Expanded, $"gave way to {group.Members.Length} members"));
        _unresolved.UnionWith(group.Unresolved);
        place.IsEmptyGroup = group.Members.IsEmpty;
        foreach (var member in group.Members.Where(member => !IsKnown(member, place)))
            Add(new Stop(isList ? new Recipient(member) { Notify = OfLists } : InPlaceOf(stop.Recipient, member, ofSeveral: true), isList ? group.Owner : stop.Sender, trail), place);
    }

    private void SendOn(Place place, string key, LocalUser user)
    {
        var stop = place.Stop;
        var trail = stop.Trail.ThroughUser(key, stop.Recipient.Address);
        Forwarded++;
        Replaced.Add(("forwarded", stop.Recipient, user.Forward.Length));
        var ofSeveral = user.KeepsCopy || user.Forward.Length > 1;
        if (ofSeveral && !user.KeepsCopy)
            _replaced.Add((place, RecipientStatus.Expanded, $"gave way to {user.Forward.Length} addresses"));
        if (!ofSeveral)
            _passedOn.Add(place);
        if (user.KeepsCopy)
            End(place, stop with { Trail = trail, User = user, IsAsGiven = false });
        foreach (var target in user.Forward.Where(target => !IsKnown(target, place)))
            Add(new Stop(InPlaceOf(stop.Recipient, target, ofSeveral), stop.Sender, trail), place);
    }

    // RFC 3461 5.2.7: whom the sender wrote to is still told by the original recipient, and what it wanted to know still holds; but of the success of one
    // recipient it is told once.
    private static Recipient InPlaceOf(Recipient recipient, Mailbox address, bool ofSeveral) => new(address)
    {
        Notify = ofSeveral ? Wish.WithoutSuccess(recipient.Notify) : recipient.Notify,
        OriginalRecipient = recipient.OriginalRecipient ?? $"{(recipient.Address.IsAscii ? "rfc822" : "utf-8")};{recipient.Address}",
    };

    private void End(Place place, Stop stop)
    {
        place.IsServed = true;
        Stops.Add(stop with { Also = place.Also });
    }

    private void Fail(Place place, EnhancedStatus status, string reason)
    {
        place.IsServed = true;
        _failed.Add(place);
        var stop = place.Stop;
        Failures.Add(stop with { Also = place.Also, Recipient = stop.Recipient with { Status = RecipientStatus.Failed, LastStatus = status, LastReply = reason } });
    }

    private void Hold(Place place)
    {
        place.IsServed = true;
        Circling.Add((place.Stop with { Also = place.Also }, LoopWords.Of($"it has come back to {Line.Clean(place.Stop.Recipient.Address.ToString())}, who has sent it on before (Delivered-To)")));
    }

    // What leads to a place that is served is served. Of a circle that leads to nobody, those fail by whom it was entered.
    private void FailCircles()
    {
        var open = new Stack<Place>(_places.Values.Where(place => place.IsServed));
        while (open.TryPop(out var place))
        {
            foreach (var from in place.From.Where(from => !from.IsServed))
            {
                from.IsServed = true;
                open.Push(from);
            }
        }
        foreach (var place in _places.Values.Where(place => !place.IsServed && (place.IsNamed || place.From.Any(from => from.IsServed))).ToArray())
        {
            if (place.IsEmptyGroup)
                Fail(place, new EnhancedStatus(5, 2, 4), NoMembers);
            else
                Fail(place, new EnhancedStatus(5, 4, 6), Loop);
        }
    }

    // Delivered-To is what this MTA, and many others, put before what they send on: it says where the message has been. Whoever released it has
    // looked at that; the next time it comes back it is another document.
    private async ValueTask<bool> HasComeBackAsync(Mailbox address, CancellationToken cancellation)
    {
        if (_memo.Content is null || _memo.Releases > 0)
            return false;
        if (_delivered is null)
        {
            _delivered = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            await foreach (var piece in _context.Queues.ReadContentAsync(_memo.Content, cancellation))
            {
                _delivered.UnionWith(HeaderBlock.Read(piece.Span).Fields.Where(field => field.Is("Delivered-To")).Select(field => field.Text.Text.Trim().Trim('<', '>')));
                break;
            }
        }
        return _delivered.Contains(address.ToString());
    }
}
