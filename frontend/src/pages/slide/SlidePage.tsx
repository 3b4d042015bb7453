export default function SlidePage() {
  return null;
}
