using System.Globalization;

using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Catalogue;

/// <summary>
/// One option of a method, as text: how it is read off an estimator and how an estimator with another value is made.
/// </summary>
public sealed class EstimatorOption
{
    private readonly Func<IEstimator, string> _read;
    private readonly Func<IEstimator, string, IEstimator> _write;

    private EstimatorOption(
        string name, string type, string summary, Func<IEstimator, string> read,
        Func<IEstimator, string, IEstimator> write) =>
        (Name, Type, Summary, _read, _write) = (name, type, summary, read, write);

    /// <summary>Lower case with hyphens, e.g. "hold-out".</summary>
    public string Name { get; }

    /// <summary>"integer", "number", "boolean", "rank", "dictionary" or the choices, "gaussian|linear".</summary>
    public string Type { get; }

    /// <summary>One sentence with range and unit.</summary>
    public string Summary { get; }

    /// <summary>The value that <paramref name="estimator"/> has; empty when it has none.</summary>
    public string ValueOf(IEstimator estimator) => _read(estimator);

    /// <summary>An estimator with the value <paramref name="text"/> in place of its own.</summary>
    /// <exception cref="EstimatorRequestException">The method does not take that value.</exception>
    public IEstimator Apply(IEstimator estimator, string text)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        try
        {
            return _write(estimator, text);
        }
        catch (Exception e) when (e is FormatException or ObservablesException)
        {
            throw new EstimatorRequestException(Name, $"the option {Name} of {estimator.Name}: {e.Message}", e);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // Its message ends with a line for the parameter's name and value, which callers don't know it by.
            var reason = e.Message.Split(" (Parameter", 2)[0];
            throw new EstimatorRequestException(Name, $"the option {Name} of {estimator.Name} is {text}: {reason}", e);
        }
    }

    internal static EstimatorOption Integer<T>(
        string name, (int Least, int Most) range, string summary, Func<T, int> read, Func<T, int, T> write)
        where T : IEstimator => Of(
        name, "integer", Invariant($"{summary}; {range.Least} to {range.Most}"),
        e => Invariant($"{read(e)}"),
        (T e, string text) => write(e, ParseInteger(text, range)));

    /// <summary>An integer that may be left to the method: empty text.</summary>
    internal static EstimatorOption OptionalInteger<T>(
        string name, (int Least, int Most) range, string summary, Func<T, int?> read, Func<T, int?, T> write)
        where T : IEstimator => Of(
        name, "integer", Invariant($"{summary}; {range.Least} to {range.Most}"),
        e => read(e) is { } value ? Invariant($"{value}") : "",
        (T e, string text) => write(e, text.Length == 0 ? null : ParseInteger(text, range)));

    internal static EstimatorOption Number<T>(
        string name, string summary, Func<T, double> read, Func<T, double, T> write)
        where T : IEstimator => Of(
        name, "number", summary, e => Invariant($"{read(e)}"), (T e, string text) => write(e, ParseNumber(text)));

    /// <summary>A number that may be left to the method: empty text.</summary>
    internal static EstimatorOption OptionalNumber<T>(
        string name, string summary, Func<T, double?> read, Func<T, double?, T> write)
        where T : IEstimator => Of(
        name, "number", summary,
        e => read(e) is { } value ? Invariant($"{value}") : "",
        (T e, string text) => write(e, text.Length == 0 ? null : ParseNumber(text)));

    internal static EstimatorOption Boolean<T>(string name, string summary, Func<T, bool> read, Func<T, bool, T> write)
        where T : IEstimator => Of(
        name, "boolean", summary,
        e => read(e) ? "true" : "false",
        (T e, string text) => write(e, text switch
        {
            "true" => true,
            "false" => false,
            _ => throw new FormatException($"got \"{text}\", expected true or false"),
        }));

    /// <summary>The values of an enum in kebab case.</summary>
    internal static EstimatorOption Choice<T, TEnum>(
        string name, string summary, Func<T, TEnum> read, Func<T, TEnum, T> write)
        where T : IEstimator
        where TEnum : struct, Enum
    {
        var choices = Enum.GetValues<TEnum>().ToDictionary(v => Kebab(v.ToString()), StringComparer.Ordinal);
        var type = string.Join('|', choices.Keys);
        return Of(
            name, type, summary,
            e => Kebab(read(e).ToString()),
            (T e, string text) => write(e, choices.TryGetValue(text, out var value)
                ? value
                : throw new FormatException($"got \"{text}\", expected {string.Join(" or ", choices.Keys)}")));
    }

    internal static EstimatorOption Rank<T>(
        string name, string summary, Func<T, RankRule> read, Func<T, RankRule, T> write)
        where T : IEstimator => Of(
        name, "rank", summary,
        e => RankRuleText.Format(read(e)),
        (T e, string text) => write(e, RankRuleText.Parse(text)));

    internal static EstimatorOption Of<T>(
        string name, string type, string summary, Func<T, string> read, Func<T, string, T> write)
        where T : IEstimator => new(name, type, summary, e => read((T)e), (e, text) => write((T)e, text));

    /// <summary>The same option of an estimator that has another one inside.</summary>
    internal EstimatorOption Within<TOuter, TInner>(Func<TOuter, TInner> inner, Func<TOuter, TInner, TOuter> with)
        where TOuter : IEstimator
        where TInner : IEstimator => Of<TOuter>(
        Name, Type, Summary, e => _read(inner(e)), (e, text) => with(e, (TInner)_write(inner(e), text)));

    internal static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static int ParseInteger(string text, (int Least, int Most) range) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        && value >= range.Least && value <= range.Most
            ? value
            : throw new FormatException(
                Invariant($"got \"{text}\", expected an integer from {range.Least} to {range.Most}"));

    private static double ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new FormatException($"got \"{text}\", expected a finite number");

    // "UnitCircle" becomes "unit-circle".
    private static string Kebab(string name) => string.Concat(name.Select((c, i) =>
        i > 0 && char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
