using System.Collections.Immutable;
using Tell.Documents;
using Tell.Mail;
using Tell.Mta.Configuration;
using Tell.Mta.Outbound;
using Types = Tell.Mta.Configuration.SettingTypes;

namespace Tell.Mta.Routing.Names;

/// <summary>
/// The fields of a bounce profile (facts: sun-cisco C5, and A7 for what differs by priority). The keys are those of a destination control where it
/// has the same, and Tell's own otherwise; with "_high" and "_low" they speak of those priorities alone.
/// </summary>
internal static class BounceProfileFields
{
    private const string None = "none", Warnings = "delay_warning_after";

    // The order in which they are shown.
    private static readonly (string Suffix, Priority Priority, string For)[] Priorities =
        [("", Priority.Normal, ""), ("_high", Priority.High, " of high priority"), ("_low", Priority.Low, " of low priority")];

    /// <summary>The table.</summary>
    public static FieldTable<BounceProfile> Table { get; } = new()
    {
        Form = Forms.BounceProfile,
        Begin = Begin,
        NameOf = profile => profile.Name,
        Fault = Fault,
        Fields =
        [
            .. Each("retry_intervals", Types.Durations, "The waits between the attempts to deliver mail{0}; the last repeats.",
                profile => profile.RetryIntervals, (profile, value) => profile with { RetryIntervals = value }),
            .. Each("expire_after", Types.Duration, "The age at which mail{0} is given up.",
                profile => profile.ExpireAfter, (profile, value) => profile with { ExpireAfter = value }),
            .. Each(Warnings, AgesOrNone(), "The ages at which the sender of mail{0} is warned.",
                profile => profile.Warnings, (profile, value) => profile with { Warnings = value }),
            Field<BounceProfile>.OfValue("max_attempts", Types.Number(0, 100_000, "attempts"),
                "The most attempts; 0 for no limit.", profile => profile.MostAttempts, (profile, value) => profile with { MostAttempts = value }),
            Field<BounceProfile>.OfObject("report_to", Address(),
                "Who is told of failures and delays in the place of senders.", profile => profile.ReportTo, (profile, value) => profile with { ReportTo = value }),
        ],
    };

    /// <summary>The field for normal priority that a field for another falls back on; null where it is none such.</summary>
    public static Field<BounceProfile>? CommonOf(Field<BounceProfile> field) =>
        Priorities.Skip(1).FirstOrDefault(priority => field.Name.EndsWith(priority.Suffix, StringComparison.Ordinal)) is { Suffix: { } suffix }
            ? Table.Find(field.Name[..^suffix.Length])
            : null;

    private static (BounceProfile? Profile, string Reason) Begin(string name)
    {
        var (record, reason) = NamesRecord.Begin(name);
        if (record is null)
            return (null, reason);
        return (new BounceProfile(record.Name.Equals(BounceProfile.DefaultName, StringComparison.OrdinalIgnoreCase) ? BounceProfile.DefaultName : record.Name), "");
    }

    private static IEnumerable<Field<BounceProfile>> Each<T>(
        string name, SettingType<T> type, string sentence, Func<BounceProfile, ByPriority<T>> get, Func<BounceProfile, ByPriority<T>, BounceProfile> set)
        where T : struct =>
        Priorities.Select(one => Field<BounceProfile>.OfValue(
            name + one.Suffix, type, sentence.Replace("{0}", one.For, StringComparison.Ordinal),
            profile => get(profile).Said(one.Priority), (profile, value) => set(profile, get(profile).With(one.Priority, value))));

    // A warning at or after the end would never come: whoever writes that means something else.
    private static string? Fault(BounceProfile profile)
    {
        foreach (var (suffix, priority, _) in Priorities)
        {
            if (profile.Warnings.Of(priority) is { IsEmpty: false } ages && profile.ExpireAfter.Of(priority) is { } end && ages[^1] >= end)
                return $"{Warnings}{(profile.Warnings.Said(priority) is null ? "" : suffix)}: {System.Xml.XmlConvert.ToString(ages[^1])} is not before the end at {System.Xml.XmlConvert.ToString(end)}";
        }
        return null;
    }

    // An empty value takes the key out of the profile, so that no warning needs a word.
    private static SettingType<ImmutableArray<TimeSpan>> AgesOrNone() => new($"{Types.Ages.Form}, or {None}", (string text, out ImmutableArray<TimeSpan> value, out string reason) =>
    {
        (value, reason) = ([], "");
        return text.Trim().Equals(None, StringComparison.OrdinalIgnoreCase) || Types.Ages.Read(text, out value, out reason);
    }, value => value.IsEmpty ? None : Types.Ages.Format(value));

    private static SettingType<Mailbox?> Address() => new(NamesTypes.Address.Form, (string text, out Mailbox? value, out string reason) =>
    {
        value = null;
        return NamesTypes.Address.Read(text, out var address, out reason) && Mailbox.TryParse(address, out value);
    }, value => value!.ToString());
}
