using KoopmanMesh.Capture.Capturing;
using KoopmanMesh.Contracts.Analysis;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Networks.Data;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Capture.Runs;

/// <summary>
/// The model, rows and labels of a run, opened from the artifact store and checked against each other.
/// </summary>
/// <param name="Spec">What was asked, options resolved.</param>
/// <param name="Chain">The network, cut.</param>
/// <param name="Data">The rows.</param>
/// <param name="Order">How a data row becomes a network input.</param>
/// <param name="Labels">Class of each row; null without labels.</param>
internal sealed record RunInputs(RunSpec Spec, ComponentChain Chain, DataSet Data, RowOrder Order, int[]? Labels)
{
    private const int FewestRows = 2;

    public static async Task<RunInputs> OpenAsync(
        RunSpec? spec, ModelDesk models, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        if (spec?.Model is null || spec.Data is null)
        {
            throw new InvalidRequestException(
                "SPEC_INCOMPLETE", "a run needs a model and data, the spec names not both", "spec");
        }

        var resolved = spec.Clone();
        resolved.DataOptions ??= new DataOptions();
        resolved.Options = AnalysisDefaults.Resolve(spec.Options);
        var chain = await models.CutAsync(resolved.Model, resolved.Options.Granularity, cancellationToken);
        var data = OpenData(resolved.Data, resolved.DataOptions, artifacts);
        var order = RowOrder.Of(data, chain.Model.Input.RowShape, chain.Model.Name, resolved.DataOptions.Layout);
        if (data.Rows < FewestRows)
        {
            throw new InvalidRequestException(
                "DATA_TOO_SMALL",
                $"'{data.Name}' has {data.Rows} row, expected at least {FewestRows} to measure any change",
                "spec.data");
        }

        var labels = ReadLabels(
            resolved.Labels, data, chain.Model.Output.Width, resolved.DataOptions.Limit, artifacts);
        return new RunInputs(resolved, chain, data, order, labels);
    }

    /// <summary>Opens uploaded rows as the options say.</summary>
    public static DataSet OpenData(ArtifactRef file, DataOptions options, IArtifactStore artifacts)
    {
        if (!double.IsFinite(options.Scale) || options.Limit < 0)
        {
            throw new InvalidRequestException(
                "DATA_OPTIONS_INVALID",
                FormattableString.Invariant($"scale is {options.Scale} and limit {options.Limit}, ")
                + "expected a finite scale and a limit from 0 up",
                "spec.data_options");
        }

        return DataSet.Open(() => artifacts.OpenRead(file.Digest), NameOf(file), new DataSetOptions
        {
            Scale = options.Scale == 0 ? 1 : options.Scale,
            Limit = options.Limit,
            LabelColumn = options.LabelColumn,
        });
    }

    /// <summary>The class of each row, from a file or the data's own column; null where there is neither.</summary>
    public static int[]? ReadLabels(
        ArtifactRef? file, DataSet data, int classes, long limit, IArtifactStore artifacts)
    {
        if (file is null)
        {
            return data.HasLabels ? data.ReadLabels(classes) : null;
        }

        var labels = LabelReader.Read(
            () => artifacts.OpenRead(file.Digest), NameOf(file), classes, limit);
        return labels.Length == data.Rows
            ? labels
            : throw new InvalidRequestException(
                "LABEL_COUNT_MISMATCH",
                $"'{NameOf(file)}' has {labels.Length} labels, but '{data.Name}' has {data.Rows} rows",
                "spec.labels");
    }

    private static string NameOf(ArtifactRef artifact) => artifact.Name.Length > 0 ? artifact.Name : artifact.Digest;
}
