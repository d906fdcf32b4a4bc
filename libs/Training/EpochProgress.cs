namespace KoopmanMesh.Training;

/// <summary>Reported after every epoch.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Loss">Mean cross-entropy over the epoch's rows, each as its batch saw it.</param>
public readonly record struct EpochProgress(int Epoch, int Epochs, double Loss);
