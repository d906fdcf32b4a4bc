using KoopmanMesh.Credit.V1;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.FunctionalTests.Operators;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.FunctionalTests.Bounds;

/// <summary>Wrong requests for bounds get a status, a reason and one sentence that says what to do.</summary>
public sealed class BoundRefusalTests(MeshFixture mesh) : IDisposable
{
    private const string NoArtifact = "0000000000000000000000000000000000000000000000000000000000000000";

    private readonly BoundCalls _calls = new(mesh.Address);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, Action<BoundHeader>> WrongHeaders => new()
    {
        { "ALPHA_INVALID", "alpha is 0, expected more than 0 and less than 1", h => h.Alpha = 0 },
        { "ALPHA_INVALID", "alpha is NaN, expected more than 0 and less than 1", h => h.Alpha = double.NaN },
        { "REGIONS_INVALID", "65 regions came, expected at most 64",
            h => h.Regions.Add(Enumerable.Range(0, 65).Select(_ => new BoundRegion())) },
        { "REGIONS_INVALID", "header.regions[0].to_tensor has 0 characters, expected 1 to 1024",
            h => h.Regions.Add(new BoundRegion { FromTensor = "input" }) },
        { "REGIONS_INVALID", "header.regions[0] starts and ends at 'input', expected two tensors",
            h => h.Regions.Add(new BoundRegion { FromTensor = "input", ToTensor = "input" }) },
        { "MODEL_MISSING", "the request names no header.original", h => h.Original = null },
        { "DIGEST_INVALID",
            "header.hybrid.digest must be a SHA-256 digest of 64 lower-case hexadecimal digits, got 6 characters",
            h => h.Hybrid = new ArtifactRef { Digest = "latest" } },
    };

    public static TheoryData<string, string, Action<SearchHeader>> WrongSearches => new()
    {
        { "POINTS_INVALID", "points is 0, expected 1 to 10000000", h => h.Points = 0 },
        { "POINTS_INVALID", "points is 10000001, expected 1 to 10000000", h => h.Points = 10_000_001 },
        { "ASCENT_FRACTION_INVALID", "ascent_fraction is -1, expected 0 to 1", h => h.AscentFraction = -1 },
        { "BOUND_INVALID", "bound is NaN, expected at least 0", h => h.Bound = double.NaN },
    };

    public void Dispose() => _calls.Dispose();

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task BoundHybrid_WrongHeader_SaysWhatWasExpected(
        string reason, string message, Action<BoundHeader> spoil)
    {
        var header = await HeaderAsync();
        spoil(header);

        var error = await Refusal.OfAsync(_calls.BoundAsync([new() { Header = header }]));

        Assert.Equal((reason, message), (error.Reason, error.Message));
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [MemberData(nameof(WrongSearches))]
    public async Task SearchBox_WrongHeader_SaysWhatWasExpected(
        string reason, string message, Action<SearchHeader> spoil)
    {
        var search = BoundServiceTests.Search(await HeaderAsync(), 100);
        spoil(search);

        var error = await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Cube(-1, 1)));

        Assert.Equal((reason, message), (error.Reason, error.Message));
    }

    [Fact]
    public async Task AnyCall_UnknownNetwork_IsNotFound()
    {
        var header = await HeaderAsync();
        header.Hybrid = new ArtifactRef { Digest = NoArtifact };

        var error = await Refusal.OfAsync(_calls.BoundAsync([new() { Header = header }]));

        Assert.Equal((ErrorKind.NotFound, "ARTIFACT_NOT_FOUND"), (error.Kind, error.Reason));
    }

    [Fact]
    public async Task BoundHybrid_NetworksOfOtherSizes_NamesBoth()
    {
        var header = await HeaderAsync();
        header.Hybrid = await UploadAsync("wide.onnx", Samples.Network(Samples.Dense(2, 7, 1)));

        var error = await Refusal.OfAsync(_calls.BoundAsync([new() { Header = header }]));

        Assert.Equal(
            "the inputs of 'original.onnx' have 6 numbers and those of 'wide.onnx' 7; expected as many, to compare "
            + "them",
            error.Message);
    }

    [Fact]
    public async Task BoundHybrid_NoNetwork_IsTold()
    {
        var header = await HeaderAsync();
        header.Hybrid = await UploadAsync("rows.csv", "1,2,3\n"u8.ToArray());

        Assert.Equal("MODEL_FORMAT", (await Refusal.OfAsync(_calls.BoundAsync([new() { Header = header }]))).Reason);
    }

    [Fact]
    public async Task AnyCall_BoxThatIsNone_NamesTheFeature()
    {
        var header = await HeaderAsync();
        var search = BoundServiceTests.Search(header, 100);

        Assert.Equal(
            "the box misses input feature 5: it has 5 lower bounds, 'original.onnx' takes 6 features",
            (await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Cube(0, 1, 5)))).Message);
        Assert.Equal(
            "the box has 7 lower bounds, 'original.onnx' takes 6 features",
            (await Refusal.OfAsync(_calls.CountAsync(header.Original, BoundCalls.Cube(0, 1, 7)))).Message);
        Assert.StartsWith(
            "feature 0 of the box runs from 1 to 0; ",
            (await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Cube(1, 0)))).Message);
        Assert.StartsWith(
            "feature 0 of the box runs from NaN to 1; ",
            (await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Cube(double.NaN, 1)))).Message);
        Assert.Equal(
            "no box came, expected the tensors lower and upper",
            (await Refusal.OfAsync(_calls.SearchAsync(search, []))).Message);
        Assert.Equal(
            "the box came without its tensor upper, expected lower and upper",
            (await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Frames("lower", new double[6])))).Message);
        Assert.Equal(
            "got tensor 'middle', expected lower and upper once each",
            (await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Frames("middle", new double[6])))).Message);
        Assert.Contains(
            "between which no float32 number lies",
            (await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Cube(0.1, 0.1)))).Message);
    }

    [Fact]
    public async Task SearchBox_OperatorWithoutGradient_AsksForRandomPoints()
    {
        var header = await HeaderAsync();
        header.Original = await UploadAsync("tanh.onnx", PlantedPair.Original(DenseActivation.Tanh));
        var search = BoundServiceTests.Search(header, 100);

        var error = await Refusal.OfAsync(_calls.SearchAsync(search, BoundCalls.Cube(-1, 1)));

        Assert.Equal(("ASCENT_UNSUPPORTED", "header.random_only"), (error.Reason, error.Field));
        search.RandomOnly = true;
        Assert.Equal(100, (await _calls.SearchAsync(search, BoundCalls.Cube(-1, 1)))[^1].PointsDone);
    }

    [Fact]
    public async Task AnyCall_PartsOutOfOrder_SaysWhatComesFirst()
    {
        var header = await HeaderAsync();
        BoundHybridRequest first = new() { Header = header };

        Assert.Equal(
            "a bound starts with a message that says of what, got none",
            (await Refusal.OfAsync(_calls.BoundAsync(BoundServiceTests.Box(0, 1)))).Message);
        Assert.Equal(
            "after its first message come tensors and differences, got Header",
            (await Refusal.OfAsync(_calls.BoundAsync([first, first]))).Message);
        Assert.Equal(
            "a count starts with a message that says of what, got none",
            (await Refusal.OfAsync(_calls.CountAsync(null!, []))).Message);
    }

    [Fact]
    public async Task BoundHybrid_ChunkOfAnotherLength_NamesIt()
    {
        var header = await HeaderAsync();
        var chunk = new DifferenceChunk
        {
            Use = RowUse.Test,
            Rows = 3,
            Output = BoundCalls.Floats(1, 2),
            OutputNorm = BoundCalls.Floats(1, 2),
        };

        var error = await Refusal.OfAsync(
            _calls.BoundAsync([new() { Header = header }, new() { Differences = chunk }]));

        Assert.Equal("differences.output has 8 bytes, expected 3 elements of 4 bytes", error.Message);
    }

    private async Task<BoundHeader> HeaderAsync() => new()
    {
        Original = await UploadAsync("original.onnx", PlantedPair.Original()),
        Hybrid = await UploadAsync("hybrid.onnx", PlantedPair.Hybrid()),
        Alpha = 0.01,
    };

    private Task<ArtifactRef> UploadAsync(string name, byte[] content) =>
        mesh.Client.UploadAsync(mesh.Write(name, content), Token);
}
