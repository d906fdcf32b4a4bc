using System.Diagnostics;
using System.Threading.Channels;
using KoopmanMesh.ServiceDefaults.Hosting;
using OpenTelemetry;

namespace KoopmanMesh.ServiceDefaults.Telemetry;

/// <summary>
/// Keeps the sampled spans of runs: hands them to a writer by a bounded queue, and drops and counts what it can't take.
/// An attempt at a piece of work is written when it starts too, so that a killed process leaves a trace of what it was
/// at.
/// </summary>
internal sealed class SpanRecorder : BaseProcessor<Activity>
{
    private const int QueueCapacity = 8192;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<KeptSpan> _queue = Channel.CreateBounded<KeptSpan>(
        new BoundedChannelOptions(QueueCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly HostInstance _instance;
    private readonly SpanFiles _files;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _hurry = new();
    private readonly Task _writer;

    internal SpanRecorder(HostInstance instance, SpanFiles files, TimeProvider time)
    {
        (_instance, _files, _time) = (instance, files, time);
        _writer = Task.Run(WriteAsync);
    }

    public override void OnStart(Activity data)
    {
        if (data.Source.Name == Work.WorkTelemetry.Name)
        {
            Keep(data);
        }
    }

    public override void OnEnd(Activity data) => Keep(data);

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        _queue.Writer.TryComplete();
        _hurry.Cancel();
        return _writer.Wait(timeoutMilliseconds);
    }

    protected override void Dispose(bool disposing)
    {
        _queue.Writer.TryComplete();
        _hurry.Cancel();
        base.Dispose(disposing);
    }

    private void Keep(Activity activity)
    {
        if (!activity.Recorded || RunTrace.RootSpanIn(activity.TraceStateString) is not { } root)
        {
            return;
        }

        if (!_queue.Writer.TryWrite(KeptSpan.Of(activity, root, _instance.Service, _instance.Name)))
        {
            ServiceDefaultsTelemetry.SpansDropped.Add(1);
        }
    }

    private async Task WriteAsync()
    {
        var batch = new List<KeptSpan>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            // Spans come in bursts; a short pause writes a burst at once.
            await Task.Delay(_pause, _time, _hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batch.Count < QueueCapacity && _queue.Reader.TryRead(out var span))
            {
                batch.Add(span);
            }

            await _files.AppendAsync(batch).ConfigureAwait(false);
            batch.Clear();
        }
    }
}
