using Google.Protobuf.Collections;
using KoopmanMesh.Koopman.Training.Mapping;
using KoopmanMesh.Koopman.Training.Storage;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Comparison;
using KoopmanMesh.Numerics.Training.Snapshots;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Training.V1;
using ExchangeMessage = KoopmanMesh.Training.V1.RunExchange;

namespace KoopmanMesh.Koopman.Training.Calls;

/// <summary>Compares the spectra of two groups of stored runs.</summary>
internal sealed class CompareCall(TrainingStore store, TrainingGate gate, ILinearAlgebra algebra)
{
    private const int MostRuns = 100;
    private const double Significant = 0.05;

    // Some minutes of one core.
    private const long MostMatchings = 100_000_000_000;

    public async Task<CompareTrainingsResponse> RunAsync(
        CompareTrainingsRequest request, CancellationToken cancellationToken)
    {
        using var place = gate.Open();
        var options = OptionsOf(request);
        using var activity = KoopmanTelemetry.Source.StartActivity("koopman.training.compare");
        using var runs = new OpenRuns(store);
        var first = Group(runs, request.First, request.Layer, "first");
        var second = Group(runs, request.Second, request.Layer, "second");
        var found = await TrainingFaults.TellAsync(
            gate.RunAsync(
                () => RunComparison.Compare(first, second, options, algebra, cancellationToken), cancellationToken),
            "first");
        return ResponseOf(found);
    }

    private static CompareTrainingsResponse ResponseOf(RunComparison found)
    {
        var response = new CompareTrainingsResponse
        {
            Distance = found.Distance,
            PValue = found.PairPValue,
            First = { found.First.Select(WindowMapping.ToMessage) },
            Second = { found.Second.Select(WindowMapping.ToMessage) },
            Warnings = { found.Warnings.Select(text => new TrainingWarning { Reason = "COMPARISON", Text = text }) },
            Lost = found.Lost,
            Verdict = VerdictOf(found),
        };
        if (found.Runs is { } runs)
        {
            response.Runs = new ExchangeMessage
            {
                Between = runs.Between,
                Within = runs.Within,
                PValue = runs.PValue,
                Exchanges = runs.Exchanges,
                Smallest = runs.Smallest,
            };
        }

        return response;
    }

    private static string VerdictOf(RunComparison found)
    {
        var distance = FormattableString.Invariant($"the spectra are {found.Distance:0.####e0} apart");
        return found.Runs switch
        {
            { PValue: <= Significant } runs => FormattableString.Invariant(
                $"{distance}, further than runs of one group are from each other (p = {runs.PValue:0.####})"),
            { Smallest: > Significant } runs => FormattableString.Invariant(
                $"{distance}; groups this small could not be told apart (p is never below {runs.Smallest:0.####})"),
            { } runs => FormattableString.Invariant(
                $"{distance}, no further than runs of one group are from each other (p = {runs.PValue:0.####})"),
            null => FormattableString.Invariant(
                $"{distance} (exchanging eigenvalues: p = {found.PairPValue:0.####}); three runs a group or more ")
                + "tell whether that is more than runs of one group differ by",
        };
    }

    private static List<ITrajectory> Group(OpenRuns runs, RepeatedField<string> ids, string layer, string field)
    {
        if (ids.Count is < 1 or > MostRuns)
        {
            throw new InvalidRequestException(
                "COMPARISON_INVALID", $"{field} has {ids.Count} runs, expected 1 to {MostRuns}", field);
        }

        // A run that counts twice would make its group look as if runs of one kind did not differ.
        if (TrainingIds.Repeated(ids) is { } twice)
        {
            throw new InvalidRequestException(
                "COMPARISON_INVALID", $"{field} has training '{twice}' twice, expected every run once", field);
        }

        return [.. ids.Select(id => Layer(runs.Read(TrainingIds.Require(id, field)), id, layer))];
    }

    private static ITrajectory Layer(SpooledTrajectory run, string id, string layer)
    {
        try
        {
            return layer.Length == 0 ? run : new LayerTrajectory(run, layer);
        }
        catch (ArgumentException e)
        {
            throw new InvalidRequestException(
                "LAYER_UNKNOWN", $"of training '{id}' {e.Message.Split(" (Parameter", 2)[0]}", "layer", e);
        }
    }

    private static ComparisonOptions OptionsOf(CompareTrainingsRequest request)
    {
        var range = new OptionRange("request");
        var options = new ComparisonOptions
        {
            Delays = range.Integer("delays", request.Delays, 32, 1, 256),
            Modes = range.Integer("modes", request.Modes, 10, 1, 256),
            Permutations = range.Integer("permutations", request.Permutations, 999, 1, 1_000_000),
            Seed = request.Seed,
            Dimensions = range.Integer("dimensions", request.Dimensions, 64, 1, 512),
        };

        // An exchange matches the eigenvalues anew, in the cube of their number.
        var matchings = options.Permutations * Math.Pow(options.Modes, 3);
        return matchings <= MostMatchings
            ? options
            : throw range.Invalid(
                "permutations",
                $"times the cube of modes is {options.Permutations} x {options.Modes}^3, expected at most "
                + $"{MostMatchings}");
    }
}
