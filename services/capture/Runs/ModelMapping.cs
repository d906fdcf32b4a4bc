using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Capture.Runs;

/// <summary>Models and components as messages.</summary>
internal static class ModelMapping
{
    public static ModelSummary ToSummary(NetworkModel model, ArtifactRef artifact)
    {
        var summary = new ModelSummary
        {
            Name = model.Name,
            Digest = artifact.Digest,
            Producer = model.Producer,
            Opset = (int)model.OperatorSet,
            IrVersion = (int)model.IrVersion,
            Parameters = model.Parameters,
            Batching = model.Batching switch
            {
                Batching.Free => "free",
                Batching.Rewritten => "rewritten",
                Batching.RowByRow => "row-by-row",
                _ => "none",
            },
        };
        summary.InputShape.Add(model.Input.RowShape);
        summary.OutputShape.Add(model.Output.RowShape);
        summary.Repairs.Add(model.Repairs);
        return summary;
    }

    public static ComponentDescription ToDescription(Component component)
    {
        var description = new ComponentDescription
        {
            Index = component.Index,
            Name = component.Name,
            Kind = KindOf(component),
            Parameters = component.Parameters,
        };
        description.Operators.Add(component.Operators);
        description.InputShape.Add(component.InputShape);
        description.OutputShape.Add(component.OutputShape);
        return description;
    }

    public static ComponentReport ToReport(Component component)
    {
        var report = new ComponentReport
        {
            Index = component.Index,
            Name = component.Name,
            Kind = KindOf(component),
            Parameters = component.Parameters,
        };
        report.Operators.Add(component.Operators);
        report.InputShape.Add(component.InputShape);
        report.OutputShape.Add(component.OutputShape);
        return report;
    }

    private static string KindOf(Component component) => component.Kind switch
    {
        ComponentKind.Convolution => "conv",
        ComponentKind.Normalization => "norm",
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
