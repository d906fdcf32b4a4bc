using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Numerics.Tests.Observables;

public sealed class ObservablesTextTests
{
    private const string Known =
        "identity, affine, poly:degree[:most], abs, relu[:count], rbf:count[:bandwidth], tps:count[:bandwidth], "
        + "rff:count[:bandwidth], hermite:degree and seed:number";

    [Theory]
    [InlineData("identity")]
    [InlineData("affine")]
    [InlineData("identity+abs")]
    [InlineData("affine+poly:3+rbf:100+rff:200:0.5+abs+relu:64+hermite:4")]
    [InlineData("affine+poly:3:500+tps:20+tps:20:0.25+relu+rff:16+seed:-7")]
    public void ToString_OfWhatWasParsed_GivesItBack(string text)
    {
        var spec = ObservablesSpec.Parse(text);

        Assert.Equal(text, spec.ToString());
        Assert.Equal(spec, ObservablesSpec.Parse(spec.ToString()!));
    }

    [Fact]
    public void Grammar_EveryTermOfIt_IsReadWithAndWithoutWhatMayBeLeftOut()
    {
        var terms = ObservablesSpec.Grammar.Split('\n').Skip(1).Select(line => line.Split(' ')[0]).ToArray();
        Assert.Equal(10, terms.Length);
        foreach (var term in terms)
        {
            var spelled = term.Replace("degree", "3").Replace("count", "5").Replace("most", "7")
                .Replace("bandwidth", "0.5").Replace("number", "1");

            ObservablesSpec.Parse(spelled.Split('[')[0]);
            ObservablesSpec.Parse(spelled.Replace("[", "").Replace("]", ""));
        }
    }

    [Theory]
    [InlineData("poly:2", "affine+poly:2")]
    [InlineData(" rbf:3 + abs ", "affine+rbf:3+abs")]
    [InlineData("seed:0", "affine")]
    public void Parse_WithoutAffine_AddsIt(string text, string canonical) =>
        Assert.Equal(canonical, ObservablesSpec.Parse(text).ToString());

    [Fact]
    public void Parse_TheSimplestTexts_AreTheSharedSpecs()
    {
        Assert.Equal(ObservablesSpec.Identity, ObservablesSpec.Parse("identity"));
        Assert.Equal(ObservablesSpec.Affine, ObservablesSpec.Parse("affine"));
        Assert.NotEqual(ObservablesSpec.Affine, ObservablesSpec.Identity);
    }

    [Theory]
    [InlineData("", "\"\" in the dictionary \"\" is not known; known are " + Known)]
    [InlineData("affine+foo:3", "\"foo:3\" in the dictionary \"affine+foo:3\" is not known; known are " + Known)]
    [InlineData("poly", "\"poly\" in the dictionary \"poly\" is not known; known are " + Known)]
    [InlineData("abs+abs", "\"abs\" comes twice in the dictionary \"abs+abs\"")]
    [InlineData("abs+affine", "\"affine\" stands first or not at all in the dictionary \"abs+affine\"")]
    [InlineData("poly:1", "\"poly:1\" was expected to name a degree from 2 to 64")]
    [InlineData("rff:0", "\"rff:0\" was expected to name a count from 1 to 16384")]
    [InlineData("rff:20000", "\"rff:20000\" was expected to name a count from 1 to 16384")]
    [InlineData("rbf:9:-1", "\"rbf:9:-1\" was expected to name a positive bandwidth")]
    [InlineData("rbf:9:NaN", "\"rbf:9:NaN\" was expected to name a positive bandwidth")]
    [InlineData("seed:x", "\"seed:x\" was expected to name seed:number")]
    public void Parse_WrongText_SaysWhatIsKnown(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ObservablesException>(() => ObservablesSpec.Parse(text)).Message);

    [Fact]
    public void Parse_LongText_IsRefused() => Assert.Equal(
        "a dictionary is spelled in at most 1024 letters, got 2000",
        Assert.Throws<ObservablesException>(() => ObservablesSpec.Parse(new string('a', 2000))).Message);
}
