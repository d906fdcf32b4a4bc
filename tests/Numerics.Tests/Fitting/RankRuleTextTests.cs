using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Tests.Fitting;

public sealed class RankRuleTextTests
{
    private const string Expected =
        ", expected full, 8, tol:1e-8, energy:0.99, drop:1e-3, optimal, optimal:0.1, cv or cv:10";

    public static TheoryData<string, RankRule> Rules => new()
    {
        { "full", RankRule.Full },
        { "8", new RankRule.Fixed(8) },
        { "tol:1E-08", new RankRule.RelTol(1e-8) },
        { "energy:0.99", new RankRule.Energy(0.99) },
        { "drop:0.001", new RankRule.Consecutive(1e-3) },
        { "optimal", new RankRule.OptimalThreshold() },
        { "optimal:0.1", new RankRule.OptimalThreshold(0.1) },
        { "cv:5", new CrossValidatedRank() },
        { "cv:10", new CrossValidatedRank(10) },
        { "cv:10:50", new CrossValidatedRank(10, 50) },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Text_EveryRule_ReadsAndWritesTheSame(string text, RankRule rule)
    {
        Assert.Equal(rule, RankRuleText.Parse(text));
        Assert.Equal(text, RankRuleText.Format(rule));
    }

    [Fact]
    public void Format_ThirdOfAnything_KeepsEveryDigit() =>
        Assert.Equal(
            new RankRule.RelTol(1.0 / 3), RankRuleText.Parse(RankRuleText.Format(new RankRule.RelTol(1.0 / 3))));

    [Theory]
    [InlineData("", "the rank rule is \"\"" + Expected)]
    [InlineData("most", "the rank rule is \"most\"" + Expected)]
    [InlineData("-1", "the rank rule is \"-1\"" + Expected)]
    [InlineData("0", "the rank rule \"0\" keeps nothing, expected a rank of 1 or more")]
    [InlineData("tol:", "the rank rule \"tol:\" has no number in [0, 1) after its colon")]
    [InlineData("tol:1", "the rank rule \"tol:1\" has no number in [0, 1) after its colon")]
    [InlineData("tol:NaN", "the rank rule \"tol:NaN\" has no number in [0, 1) after its colon")]
    [InlineData("energy:0", "the rank rule \"energy:0\" has no number in (0, 1] after its colon")]
    [InlineData("energy:99%", "the rank rule \"energy:99%\" has no number in (0, 1] after its colon")]
    [InlineData("cv:1", "the rank rule \"cv:1\" is not cv:folds or cv:folds:rank with 2 to 100 folds")]
    [InlineData("cv:5:0", "the rank rule \"cv:5:0\" is not cv:folds or cv:folds:rank with 2 to 100 folds")]
    [InlineData(
        "optimal:Infinity", "the rank rule \"optimal:Infinity\" has no number in [0, infinity) after its colon")]
    public void Parse_NotARule_SaysWhatWasExpected(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => RankRuleText.Parse(text)).Message);
}
