using System.Globalization;

using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Numerics.Catalogue;
using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.Observables;
using KoopmanMesh.Operator.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using KoopmanMesh.Tensor.V1;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>A header that was checked: what is fitted to what.</summary>
internal sealed record FitPlan
{
    public required EstimatorMethod Method { get; init; }

    /// <summary>With every option spelled out, so that equal fits are seen to be equal.</summary>
    public required EstimatorRequest Request { get; init; }

    public required IEstimator Estimator { get; init; }

    public required DataFormat Format { get; init; }

    public required FitHeader Header { get; init; }

    public bool IsPairs => Format.Kind == DataKind.Pairs;

    /// <summary>q; 1 for a method that stacks nothing.</summary>
    public int Delays => Request.Options.TryGetValue("delays", out var text)
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : 1;

    /// <summary>psi; the state itself for a method that takes none.</summary>
    public ObservablesSpec Observables => Request.Options.TryGetValue("dictionary", out var text)
        ? ObservablesSpec.Parse(text)
        : ObservablesSpec.Identity;

    public double TimeStep => Format.TimeStep == 0 ? 1 : Format.TimeStep;

    public static FitPlan Of(FitHeader header)
    {
        var request = header.Options.ToRequest();
        var (method, estimator) = (EstimatorCatalogue.Find(request.Method), EstimatorCatalogue.Create(request));
        var plan = new FitPlan
        {
            Method = method,
            Request = method.RequestFor(estimator),
            Estimator = estimator,
            Format = header.Data ?? new DataFormat(),
            Header = header,
        };
        plan.CheckFormat();
        plan.CheckMethod();
        return plan;
    }

    private void CheckFormat()
    {
        StreamKeys.RequireWidth(Format.Width, "header.data.width");
        Require(
            Format.InputWidth is >= 0 and <= StreamKeys.LargestWidth, "input_width",
            $"is {Format.InputWidth}, expected 0 to {StreamKeys.LargestWidth}");
        Require(
            Format.ElementType is ElementType.Float32 or ElementType.Float64, "element_type",
            $"is {Format.ElementType}, expected Float32 or Float64");
        Require(Enum.IsDefined(Format.Kind), "kind", $"is {(int)Format.Kind}, expected a DataKind");
        Require(
            Format.TimeStep >= 0 && double.IsFinite(Format.TimeStep), "time_step",
            $"is {Format.TimeStep}, expected more than 0, or 0 for 1");
    }

    private void CheckMethod()
    {
        Require(
            Format.InputWidth > 0 == Method.TakesInputs, "input_width",
            $"is {Format.InputWidth}, but the method {Method.Name} takes {(Method.TakesInputs ? "inputs" : "none")}");
        Require(
            !IsPairs || (!Method.NeedsTrajectories && Delays == 1), "kind",
            $"is pairs, but the method {Method.Name} with {Delays} delays needs trajectories");
        Require(
            (long)Delays * Format.Width <= Dictionary.MostFeatures, "width",
            $"is {Format.Width} with {Delays} delays, expected at most {Dictionary.MostFeatures} coordinates together");
        if (!Method.Streams && (Header.KeepSummary || Header.Summary != SummaryKind.Unspecified))
        {
            throw new InvalidRequestException(
                "OPTIONS_INVALID",
                $"the method {Method.Name} keeps its data and makes no summary; methods that do are "
                + string.Join(", ", EstimatorCatalogue.Methods.Where(m => m.Streams).Select(m => m.Name)),
                Header.KeepSummary ? "header.keep_summary" : "header.summary");
        }

        if (Header.ObservablesOf.Length > 0)
        {
            Digests.Require(Header.ObservablesOf, "header.observables_of");
        }
    }

    private static void Require(bool condition, string field, string problem)
    {
        if (!condition)
        {
            throw new InvalidRequestException("DATA_FORMAT_INVALID", $"data.{field} {problem}", $"header.data.{field}");
        }
    }
}
