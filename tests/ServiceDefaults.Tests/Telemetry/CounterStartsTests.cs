using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;
using KoopmanMesh.Contracts.Events;
using KoopmanMesh.ServiceDefaults.Telemetry;
using KoopmanMesh.ServiceDefaults.Work;

namespace KoopmanMesh.ServiceDefaults.Tests.Telemetry;

/// <summary>An alert on the increase of a counter sees what happens first.</summary>
public sealed class CounterStartsTests
{
    [Fact]
    public void Tell_GivesEveryCounterAZero()
    {
        var counters = typeof(CounterStarts).Assembly.GetTypes()
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(f => f.FieldType == typeof(Counter<long>)).Select(f => ((Counter<long>)f.GetValue(null)!).Name);

        Assert.Equal(counters.Order(), Zeros().Select(z => z.Instrument).Distinct().Order());
    }

    [Fact]
    public void Tell_GivesAZeroToEveryValueOfTheTag()
    {
        var topics = typeof(Topics).GetFields().Select(f => (string)f.GetRawConstantValue()!)
            .Where(t => t != Topics.DeadLetter).ToArray();
        var kinds = Enum.GetNames<WorkKind>().Select(k => k.ToLowerInvariant());

        var zeros = Zeros().ToLookup(z => z.Instrument, z => z.Tag);

        Assert.Equal(kinds.Order(), zeros["koopmanmesh.work.parked"].Order());
        Assert.Equal(topics.Order(), zeros["koopmanmesh.event.unpublished"].Order());
        Assert.Equal(topics.Append("unknown").Order(), zeros["koopmanmesh.event.dead_letters"].Order());
        Assert.Equal(["cancelled", "failed", "succeeded"], zeros["koopmanmesh.run.ended"].Order());
    }

    private static List<(string Instrument, string? Tag)> Zeros()
    {
        ConcurrentQueue<(string Instrument, string? Tag)> told = new();
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("KoopmanMesh.", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        // Other tests count at the same time, but nobody else counts nothing.
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (value == 0 && instrument is Counter<long>)
            {
                told.Enqueue((instrument.Name, tags.Length == 0 ? null : (string)tags[0].Value!));
            }
        });
        listener.Start();
        CounterStarts.Tell();
        return [.. told.Distinct()];
    }
}
