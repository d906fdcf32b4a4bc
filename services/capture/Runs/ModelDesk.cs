using System.Collections.Concurrent;
using KoopmanMesh.Networks;
using KoopmanMesh.Networks.Components;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Artifacts;
using KoopmanMesh.ServiceDefaults.Errors;
using Granularity = KoopmanMesh.Run.V1.Granularity;

namespace KoopmanMesh.Capture.Runs;

/// <summary>Loads uploaded models and cuts them. Models are immutable, so the last few are kept.</summary>
internal sealed class ModelDesk(IArtifactStore artifacts)
{
    private const int KeptModels = 8;

    private readonly ConcurrentDictionary<string, NetworkModel> _models = new(StringComparer.Ordinal);

    public async Task<ComponentChain> CutAsync(
        ArtifactRef? model, Granularity granularity, CancellationToken cancellationToken)
    {
        var loaded = await LoadAsync(model, cancellationToken);
        return ComponentFinder.Find(loaded, granularity switch
        {
            Granularity.Fine => Networks.Components.Granularity.Fine,
            Granularity.Coarse => Networks.Components.Granularity.Coarse,
            _ => Networks.Components.Granularity.Default,
        });
    }

    public async Task<DescribeModelResponse> DescribeAsync(
        ArtifactRef? model, Granularity granularity, CancellationToken cancellationToken)
    {
        var chain = await CutAsync(model, granularity, cancellationToken);
        var response = new DescribeModelResponse { Model = ModelMapping.ToSummary(chain.Model, model!) };
        response.Components.Add(chain.Components.Select(ModelMapping.ToDescription));
        response.Notes.Add(chain.Notes);
        return response;
    }

    public async Task<NetworkModel> LoadAsync(ArtifactRef? model, CancellationToken cancellationToken)
    {
        if (model is null)
        {
            throw new InvalidRequestException("MODEL_MISSING", "the request names no model", "model");
        }

        if (_models.TryGetValue(model.Digest, out var known))
        {
            return known;
        }

        var bytes = await artifacts.ReadAllBytesAsync(model.Digest, cancellationToken);
        var name = model.Name.Length > 0 ? model.Name : model.Digest;
        var loaded = await Task.Run(() => NetworkModel.Load(bytes, name), cancellationToken);
        if (_models.Count >= KeptModels)
        {
            _models.Clear();
        }

        return _models[model.Digest] = loaded;
    }
}
