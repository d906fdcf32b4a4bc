using System.Globalization;

using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.StandIns;

/// <summary>The text form of <see cref="Lift"/>; the grammar is at <see cref="Lift.Grammar"/>.</summary>
internal static class LiftText
{
    private const int MostLetters = 256;
    private const int MostLayers = 64;
    private const int LeastDefault = 64;
    private const int MostDefault = 2048;
    private const int MostDefaultMonomials = 4096;
    private const string Known = "affine, relu, pairs, abs, rff, poly, rbf, tps, hermite and delay";

    public static Lift Parse(string text, int width)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (text.Length > MostLetters)
        {
            throw new ObservablesException($"a lift is spelled in at most {MostLetters} letters, got {text.Length}");
        }

        var (features, seen) = (new List<FeatureSpec>(), new HashSet<string>(StringComparer.Ordinal));
        string? refusal = null;
        var terms = text.Split('+', StringSplitOptions.TrimEntries);
        foreach (var term in terms)
        {
            var parts = term.Split(':');
            if (!seen.Add(parts[0]))
            {
                throw new ObservablesException($"\"{parts[0]}\" comes twice in the lift \"{text}\"");
            }

            if (term == "affine")
            {
                continue;
            }

            features.Add(Feature(parts, term, text, width));
            refusal ??= term == "poly" ? TooWide(width) : null;
        }

        return new Lift(string.Join('+', terms), features, refusal);
    }

    private static FeatureSpec Feature(string[] parts, string term, string text, int width) => parts switch
    {
        ["relu"] => new FeatureSpec.Relu(DefaultCount(width)),
        ["pairs"] => new PairDirectionsSpec(DefaultCount(width)),
        ["pairs", var count] => new PairDirectionsSpec(Integer(count, term, Dictionary.MostFeatures, "directions")),
        ["rff"] => new FeatureSpec.Fourier(DefaultCount(width)),
        ["poly"] => new FeatureSpec.Monomials(2),
        ["delay"] => new Lift.DelaySpec(10),
        ["delay", var layers] => new Lift.DelaySpec(Integer(layers, term, MostLayers, "layers")),
        ["abs"] or ["relu" or "hermite", _] or ["rff" or "poly" or "rbf" or "tps", _]
            or ["rff" or "poly" or "rbf" or "tps", _, _] => ObservablesText.Feature(parts, term, text),
        _ => throw new ObservablesException($"\"{term}\" in the lift \"{text}\" is not known; known are {Known}"),
    };

    private static int DefaultCount(int width) => (int)Math.Clamp(2L * width, LeastDefault, MostDefault);

    private static string? TooWide(int width)
    {
        var count = (width + 1L) * (width + 2L) / 2;
        return count <= MostDefaultMonomials
            ? null
            : $"poly of {width} coordinates makes {count} observables, more than the {MostDefaultMonomials} it takes "
            + "unasked; name the degree (poly:2), or how many as well (poly:2:1000)";
    }

    private static int Integer(string text, string term, int most, string what) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= most
            ? value
            : throw new ObservablesException($"\"{term}\" was expected to name 1 to {most} {what}");
}
