using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using KoopmanMesh.Run.V1;
using KoopmanMesh.ServiceDefaults.Ledger;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Artifacts;

/// <summary>Runs and work that a test writes down, as the ledgers that a collection asks.</summary>
internal sealed class RunBook
{
    private readonly Lock _lock = new();
    private readonly List<RunRecord> _runs = [];
    private readonly List<WorkItem> _work = [];

    public RunBook()
    {
        Runs = Answer<IRunLedger>((method, _) => method == nameof(IRunLedger.ListAllAsync) ? ListAsync() : null);
        Work = Answer<IWorkLedger>((method, arguments) => method == nameof(IWorkLedger.ListAsync)
            ? Task.FromResult(WorkOf((string)arguments[0]!))
            : null);
    }

    public IRunLedger Runs { get; }

    public IWorkLedger Work { get; }

    /// <summary>What happens between a collector's look at the runs and what it does about them.</summary>
    public Func<Task> AfterLook { get; set; } = () => Task.CompletedTask;

    public string Submit(
        string model, string data = "", RunState state = RunState.Running, DateTimeOffset? ended = null)
    {
        lock (_lock)
        {
            var id = $"r-{_runs.Count}";
            _runs.Add(new RunRecord
            {
                RunId = id,
                Spec = new RunSpec
                {
                    Model = new ArtifactRef { Digest = model, Name = "model.onnx" },
                    Data = new ArtifactRef { Digest = data, Name = "rows.npy" },
                },
                State = state,
                EndedAt = ended,
            });
            return id;
        }
    }

    public void Change(string runId, Func<RunRecord, RunRecord> change)
    {
        lock (_lock)
        {
            var at = _runs.FindIndex(r => r.RunId == runId);
            _runs[at] = change(_runs[at]);
        }
    }

    public void Done(WorkKey key, string result)
    {
        lock (_lock)
        {
            _work.Add(new WorkItem { Key = key, State = WorkState.Done, Result = result });
        }
    }

    public IReadOnlyList<RunRecord> All()
    {
        lock (_lock)
        {
            return [.. _runs];
        }
    }

    private async Task<IReadOnlyList<RunRecord>> ListAsync()
    {
        var seen = All();
        await AfterLook();
        return seen;
    }

    private IReadOnlyList<WorkItem> WorkOf(string runId)
    {
        lock (_lock)
        {
            return [.. _work.Where(i => i.Key.RunId == runId)];
        }
    }

    private static T Answer<T>(Func<string, object?[], object?> answer)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Book>();
        ((Book)(object)proxy).Answer = answer;
        return proxy;
    }

    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is derived from it when the test runs.")]
    private class Book : DispatchProxy
    {
        public Func<string, object?[], object?> Answer { get; set; } = (_, _) => null;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            Answer(targetMethod!.Name, args ?? [])
                ?? throw new NotSupportedException($"a collection does not call {targetMethod.Name}");
    }
}
