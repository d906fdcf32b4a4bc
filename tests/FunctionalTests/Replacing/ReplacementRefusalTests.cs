using Grpc.Core;
using KoopmanMesh.FunctionalTests.Hosting;
using KoopmanMesh.Networks.Export;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.FunctionalTests.Replacing;

/// <summary>What a replacement run refuses before it begins.</summary>
public sealed class ReplacementRefusalTests(MeshFixture mesh)
{
    private const int Inputs = 3;

    [Fact]
    public Task Submit_UnknownComponent_SaysWhatThereIs() => RefusedAsync(
        options => options.Regions.Add("dense_7"),
        "there is no component 'dense_7'; the network has dense_1, dense_2");

    [Fact]
    public Task Submit_OverlappingRegions_NamesBoth() => RefusedAsync(
        options => options.Regions.AddRange(["dense_1..dense_2", "dense_2"]),
        "the regions 'dense_1..dense_2' and 'dense_2' overlap; a component can be replaced once");

    [Fact]
    public Task Submit_TooFewCalibrationRows_NamesTheNumbers() => RefusedAsync(
        options => options.Alpha = 0.001,
        "alpha 0.001 needs at least 999 calibration rows, got ");

    [Fact]
    public Task Submit_FractionsOfMoreThanAll_SaysTheirSum() => RefusedAsync(
        options => options.FitFraction = 0.8,
        "fitFraction, selectFraction and calibrateFraction sum to 1.1, expected less than 1, for the rest is "
        + "reported on");

    [Fact]
    public Task Submit_UnknownLift_SaysWhichAreKnown() => RefusedAsync(
        options => options.Lifts.Add("cubic"),
        "\"cubic\" in the lift \"cubic\" is not known; known are ");

    [Fact]
    public Task Submit_LiftBeyondTheVerifierProfile_SaysWhichAreWithin() => RefusedAsync(
        options =>
        {
            options.Profile = Profile.Verifier;
            options.Lifts.Add("relu:8+rff:20");
        },
        "the lift 'relu:8+rff:20' can't be written in the verifier profile, whose lifts are affine, relu, abs, delay");

    [Fact]
    public Task Submit_BoxOfTooFewFeatures_SaysHowManyThereAre() => RefusedAsync(
        options => options.Box = new InputBox { Bounds = new BoundsBox { Lower = { 0, 0 }, Upper = { 1, 1 } } },
        "the box has 2 bounds, 'small.onnx' takes 3 features");

    [Fact]
    public async Task Submit_LabelsOfOtherRows_SaysHowManyThereAre()
    {
        var spec = await SpecAsync();
        spec.Labels = await mesh.Client.UploadAsync(
            mesh.Write("labels.csv", "label\n0\n1\n1\n"u8.ToArray()), TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<RpcException>(() => mesh.RunAsync(spec));

        Assert.Equal("'labels.csv' has 3 labels, but 'small.npy' has 300 rows", error.Status.Detail);
    }

    private async Task RefusedAsync(Action<ReplacementOptions> ask, string message)
    {
        var spec = await SpecAsync();
        ask(spec.Replacement);

        var error = await Assert.ThrowsAsync<RpcException>(() => mesh.RunAsync(spec));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.StartsWith(message, error.Status.Detail, StringComparison.Ordinal);
    }

    private async Task<RunSpec> SpecAsync()
    {
        var spec = await mesh.SpecAsync(
            mesh.Write("small.onnx", Samples.Network(
                Samples.Dense(4, Inputs, 1, DenseActivation.Relu), Samples.Dense(2, 4, 2))),
            mesh.Write("small.npy", Samples.Npy(Samples.Normal(300 * Inputs, 3), Inputs)));
        spec.Replacement = new ReplacementOptions { Alpha = 0.1 };
        return spec;
    }
}
