namespace Tell.Mta.Configuration;

/// <summary>A setting with a value in <see cref="MtaSettings"/>.</summary>
internal sealed class ValueSetting<T>(
    string name,
    SettingType<T> type,
    string standard,
    string room,
    string sentence,
    Func<MtaSettings, T> get,
    Func<MtaSettings, T, MtaSettings> set,
    bool isSecret = false) : Setting(name, type.Form, standard, sentence, room)
{
    /// <inheritdoc/>
    public override bool IsSecret => isSecret;

    /// <inheritdoc/>
    public override string Format(MtaSettings settings) => type.Format(get(settings));

    /// <inheritdoc/>
    internal override bool TryApply(string text, MtaSettings settings, out MtaSettings changed, out string reason)
    {
        var read = type.Read(text, out var value, out reason);
        changed = read ? set(settings, value) : settings;
        return read;
    }
}
