using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Tests.Operators;

public sealed class FitOptionsMappingTests
{
    public static TheoryData<RankRule, string> Rules => new()
    {
        { new RankRule { Text = "cv:7" }, "cv:7" },
        { new RankRule { Full = true }, "full" },
        { new RankRule { Fixed = 8 }, "8" },
        { new RankRule { RelativeTolerance = 1e-6 }, "tol:1E-06" },
        { new RankRule { Energy = 0.99 }, "energy:0.99" },
        { new RankRule { Drop = 0.01 }, "drop:0.01" },
        { new RankRule { OptimalThreshold = new RankRule.Types.OptimalThreshold() }, "optimal" },
        { new RankRule { OptimalThreshold = new RankRule.Types.OptimalThreshold { Noise = 0 } }, "optimal:0" },
        { new RankRule { CrossValidated = new RankRule.Types.CrossValidated() }, "cv" },
        { new RankRule { CrossValidated = new RankRule.Types.CrossValidated { Folds = 3 } }, "cv:3" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void ToRequest_EveryRankRule_HasItsText(RankRule rule, string text) =>
        Assert.Equal(text, new FitOptions { Rank = rule }.ToRequest().Options["rank"]);

    [Fact]
    public void ToRequest_NothingGiven_LeavesAllToTheMethod()
    {
        var request = new FitOptions { Rank = new RankRule() }.ToRequest();

        Assert.Equal("dmd", request.Method);
        Assert.Empty(request.Options);
    }

    [Fact]
    public void ToRequest_EverythingGiven_IsThere()
    {
        var request = new FitOptions
        {
            Method = "ridge",
            Delays = 3,
            Dictionary = "poly:2",
            HoldOut = 0,
            Bootstraps = 20,
            Seed = -4,
            ColumnScaling = false,
            MethodOptions = { ["penalty"] = "1e-6" },
        }.ToRequest();

        Assert.Equal(
            "bootstraps=20 column-scaling=false delays=3 dictionary=poly:2 hold-out=0 penalty=1e-6 seed=-4",
            string.Join(
                ' ', request.Options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}")));
    }

    [Fact]
    public void ToRequest_FieldAlsoAsMethodOption_IsRefused()
    {
        var options = new FitOptions { Delays = 2, MethodOptions = { ["delays"] = "3" } };

        var error = Assert.Throws<InvalidRequestException>(() => options.ToRequest());

        Assert.Equal("header.options.method_options", error.Field);
    }
}
