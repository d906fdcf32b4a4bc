using System.Globalization;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// The text form of <see cref="FeatureObservables"/>; the grammar is at <see cref="ObservablesSpec.Parse"/>.
/// </summary>
internal static class ObservablesText
{
    private const string Known =
        "identity, affine, poly:degree[:most], abs, relu[:count], rbf:count[:bandwidth], tps:count[:bandwidth], "
        + "rff:count[:bandwidth], hermite:degree and seed:number";

    private const int MostLetters = 1024;

    public static FeatureObservables Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MostLetters)
        {
            throw new ObservablesException(
                $"a dictionary is spelled in at most {MostLetters} letters, got {text.Length}");
        }

        var (features, seen) = (new List<FeatureSpec>(), new HashSet<string>(StringComparer.Ordinal));
        var (constant, seed) = (true, 0);
        foreach (var (index, term) in text.Split('+', StringSplitOptions.TrimEntries).Index())
        {
            var parts = term.Split(':');
            if (!seen.Add(term))
            {
                throw new ObservablesException($"\"{term}\" comes twice in the dictionary \"{text}\"");
            }

            if (index == 0 && term is "identity" or "affine")
            {
                constant = term == "affine";
            }
            else if (parts[0] == "seed")
            {
                seed = parts.Length == 2 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw Wrong(term, "seed:number");
            }
            else
            {
                features.Add(Feature(parts, term, text));
            }
        }

        return new FeatureObservables { Constant = constant, Features = [.. features], Seed = seed };
    }

    /// <summary>One term, split at its colons.</summary>
    internal static FeatureSpec Feature(string[] parts, string term, string text) => parts switch
    {
        ["poly", var degree] => new FeatureSpec.Monomials(Degree(degree, term)),
        ["poly", var degree, var most] => new FeatureSpec.Monomials(Degree(degree, term), Count(most, term)),
        ["abs"] => new FeatureSpec.Absolute(),
        ["relu"] => new FeatureSpec.Relu(),
        ["relu", var count] => new FeatureSpec.Relu(Count(count, term)),
        ["rbf", var count] => new FeatureSpec.Radial(Count(count, term)),
        ["rbf", var count, var s] => new FeatureSpec.Radial(Count(count, term), Bandwidth(s, term)),
        ["tps", var count] => new FeatureSpec.Radial(Count(count, term), null, ThinPlate: true),
        ["tps", var count, var s] => new FeatureSpec.Radial(Count(count, term), Bandwidth(s, term), ThinPlate: true),
        ["rff", var count] => new FeatureSpec.Fourier(Count(count, term)),
        ["rff", var count, var s] => new FeatureSpec.Fourier(Count(count, term), Bandwidth(s, term)),
        ["hermite", var degree] => new FeatureSpec.HermitePolynomials(Degree(degree, term)),
        ["identity" or "affine"] => throw new ObservablesException(
            $"\"{term}\" stands first or not at all in the dictionary \"{text}\""),
        _ => throw new ObservablesException(
            $"\"{term}\" in the dictionary \"{text}\" is not known; known are {Known}"),
    };

    private static int Degree(string text, string term) => Integer(text, 2, 64) ?? throw Wrong(
        term, "a degree from 2 to 64");

    private static int Count(string text, string term) => Integer(text, 1, Dictionary.MostFeatures) ?? throw Wrong(
        term, $"a count from 1 to {Dictionary.MostFeatures}");

    private static double Bandwidth(string text, string term) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var value) && value is > 1e-150 and < 1e150
            ? value
            : throw Wrong(term, "a positive bandwidth");

    private static int? Integer(string text, int least, int most) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : null;

    private static ObservablesException Wrong(string term, string expected) =>
        new($"\"{term}\" was expected to name {expected}");
}
