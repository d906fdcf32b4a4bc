using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Fitting;

namespace KoopmanMesh.Numerics.Tests.Catalogue;

public sealed class EstimatorCatalogueTests
{
    public static TheoryData<string> Names => [.. EstimatorCatalogue.Methods.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_NoOptions_IsTheEstimatorsDefault(string name) =>
        Assert.Equal(EstimatorCatalogue.Find(name).Prototype, EstimatorCatalogue.Create(EstimatorRequest.Of(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_EveryOptionWrittenOut_IsTheSameEstimator(string name)
    {
        var estimator = EstimatorCatalogue.Create(EstimatorRequest.Of(name));

        Assert.Equal(estimator, EstimatorCatalogue.Create(EstimatorCatalogue.Describe(estimator)));
    }

    [Fact]
    public void Methods_EveryEstimatorOfTheLibrary_IsThere()
    {
        var estimators = typeof(IEstimator).Assembly.GetTypes()
            .Where(t => t is { IsPublic: true, IsAbstract: false } && t.IsAssignableTo(typeof(IEstimator)));

        Assert.Empty(estimators.Except(EstimatorCatalogue.Methods.Select(m => m.Prototype.GetType())));
    }

    [Fact]
    public void Create_EdmdWithOptions_HasThem()
    {
        var options = new Dictionary<string, string>
        {
            ["rank"] = "energy:0.9",
            ["delays"] = "3",
            ["hold-out"] = "0",
            ["column-scaling"] = "true",
        };

        var edmd = Assert.IsType<DmdEstimator>(EstimatorCatalogue.Create(new EstimatorRequest("edmd", options)));

        Assert.Equal(new RankRule.Energy(0.9), edmd.RankRule);
        Assert.Equal((3, 0.0, true), (edmd.Delays, edmd.HoldOut, edmd.ColumnScaling));
        Assert.Equal("affine", EstimatorCatalogue.Describe(edmd).Options["dictionary"]);
    }

    [Theory]
    [InlineData("rank", "9 or so", "the option rank of exact-dmd: the rank rule is \"9 or so\", expected ")]
    [InlineData("delays", "0", "the option delays of exact-dmd: got \"0\", expected an integer from 1 to 1024")]
    [InlineData("hold-out", "x", "the option hold-out of exact-dmd: got \"x\", expected a finite number")]
    [InlineData("hold-out", "1", "the option hold-out of exact-dmd is 1: the fraction held out lies in [0, 1)")]
    [InlineData("column-scaling", "1", "the option column-scaling of exact-dmd: got \"1\", expected true or false")]
    [InlineData("refine-limit", "1", "the method dmd takes no option refine-limit; it takes rank, delays, ")]
    public void Create_WrongOption_NamesItAndWhatIsAllowed(string option, string value, string message)
    {
        var request = new EstimatorRequest("dmd", new Dictionary<string, string> { [option] = value });

        var error = Assert.Throws<EstimatorRequestException>(() => EstimatorCatalogue.Create(request));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(option, error.Option);
    }

    [Fact]
    public void Create_UnknownMethod_ListsThose()
    {
        var error = Assert.Throws<EstimatorRequestException>(
            () => EstimatorCatalogue.Create(EstimatorRequest.Of("magic")));

        Assert.StartsWith(
            "there is no method magic; there are dmd, projected, hankel, edmd, refined, ", error.Message,
            StringComparison.Ordinal);
    }
}
